"""How a letter looks: one layout, as text and as HTML."""

from html import escape
from importlib.resources import files
from string import Template
from typing import Literal

from diorama.ports import Mail
from diorama.stage import Contract

Mood = Literal["good", "bad", "busy"]

_COLOURS: dict[Mood, str] = {"good": "#157347", "bad": "#c01f1f", "busy": "#106b68"}
_FOOTER = "You get this because you have an account at this studio."


class Notice(Contract):
    """What a letter says, before it is laid out."""

    subject: str
    greeting: str
    lines: tuple[str, ...]
    code: str = ""
    link_text: str = ""
    link: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    second_link_text: str = ""
    second_link: str = ""
    preformatted: str = ""
    mood: Mood = "busy"


def letter(address: str, notice: Notice) -> Mail:
    """The notice as text and as HTML; nothing in it is fetched from anywhere."""
    return Mail(to=address, subject=" ".join(notice.subject.split()), text=_text(notice), html=_page(notice))


def _text(notice: Notice) -> str:
    facts = "\n".join(f"{name}: {value}" for name, value in notice.facts)
    second = f"{notice.second_link_text}: {notice.second_link}" if notice.second_link else ""
    link = f"{notice.link_text}: {notice.link}" if notice.link else ""
    parts = [
        notice.greeting,
        *notice.lines,
        notice.code,
        facts,
        link,
        second,
        notice.preformatted,
        f"Diorama. {_FOOTER}",
    ]
    return "\n\n".join(part for part in parts if part)


def _page(notice: Notice) -> str:
    layout = Template(files("diorama.studio").joinpath("letter.html").read_text(encoding="utf-8"))
    return layout.substitute(
        subject=escape(notice.subject),
        preview=escape(notice.lines[0] if notice.lines else notice.greeting),
        mood=notice.mood,
        mood_colour=_COLOURS[notice.mood],
        greeting=escape(notice.greeting),
        paragraphs="".join(f'<p style="margin: 0 0 12px">{escape(line)}</p>' for line in notice.lines),
        facts=_facts(notice),
        code=_code(notice),
        link=_link(notice),
        second=_second(notice),
        footer=escape(_FOOTER),
    )


def _facts(notice: Notice) -> str:
    cell = "padding: 8px 0; border-top: 1px solid #e2e3df; vertical-align: top"
    rows = "".join(
        f'<tr class="line"><td style="{cell}; width: 38%; color: #555b60">{escape(name)}</td>'
        f'<td style="{cell}; font-weight: 600; overflow-wrap: anywhere">{escape(value)}</td></tr>'
        for name, value in notice.facts
    )
    table = (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin-top: 16px">'
    )
    return f"{table}{rows}</table>" if rows else ""


def _code(notice: Notice) -> str:
    style = (
        "margin: 22px 0 0; padding: 14px 22px; border: 1px solid #e2e3df; border-radius: 9px; text-align: center; "
        "font: 600 30px/1.3 ui-monospace, monospace; letter-spacing: 0.22em"
    )
    return f'<p class="code" style="{style}">{escape(notice.code)}</p>' if notice.code else ""


def _link(notice: Notice) -> str:
    style = (
        "display: inline-block; padding: 12px 22px; background: #106b68; color: #ffffff; font-weight: 600; "
        "text-decoration: none; border-radius: 9px"
    )
    link = f'<a href="{escape(notice.link)}" style="{style}">{escape(notice.link_text)}</a>'
    return f'<p style="margin: 26px 0 0">{link}</p>' if notice.link else ""


def _second(notice: Notice) -> str:
    link = (
        f'<p style="margin: 16px 0 0"><a class="plain" href="{escape(notice.second_link)}" '
        f'style="color: #106b68">{escape(notice.second_link_text)}</a></p>'
    )
    trace = (
        '<pre style="margin: 22px 0 0; padding: 14px; background: #0f1312; color: #e4e8e6; border-radius: 9px; '
        'font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere">'
        f"{escape(notice.preformatted)}</pre>"
    )
    return (link if notice.second_link else "") + (trace if notice.preformatted else "")
