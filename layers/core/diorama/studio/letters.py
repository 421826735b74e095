"""How a letter looks: one layout, as text and as HTML."""

from html import escape
from importlib.resources import files
from string import Template

from diorama.ports import Mail
from diorama.stage import Contract


class Notice(Contract):
    """What a letter says, before it is laid out."""

    subject: str
    greeting: str
    lines: tuple[str, ...]
    link_text: str
    link: str


def letter(address: str, notice: Notice) -> Mail:
    """The notice as text and as HTML; nothing in it is fetched from anywhere."""
    text = "\n\n".join([notice.greeting, *notice.lines, f"{notice.link_text}: {notice.link}", "Diorama"])
    layout = Template(files("diorama.studio").joinpath("letter.html").read_text(encoding="utf-8"))
    page = layout.substitute(
        greeting=escape(notice.greeting),
        paragraphs="".join(f"<p>{escape(line)}</p>" for line in notice.lines),
        link=escape(notice.link),
        link_text=escape(notice.link_text),
    )
    return Mail(to=address, subject=notice.subject, text=text, html=page)
