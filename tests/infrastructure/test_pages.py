"""CloudFront in the template serves pages and published tours as local mode does."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.intrinsics import read_yaml
from local.pages import ASK_AGAIN, DIGESTED, FOR_ANY_PAGE, FOREVER, SAFE, file_of, policy
from local.published import FILE_HEADERS, NOTE_HEADERS

ROOT = Path(__file__).parents[2]
RESOURCES: dict[str, Any] = read_yaml(ROOT / "template.yaml")["Resources"]
DISTRIBUTION: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
ADDRESSES = [
    *(
        "/",
        "/index.html",
        "/projects/1",
        "/jobs/1a2b/",
        "/view/t1",
        "/view",
        "/t/t1",
        "/embed/t1/",
        "/embed.html",
        "/embed/v1/diorama-tour.js",
    ),
    *(
        "/favicon.svg",
        "/assets/index-abc.js",
        "/assets/",
        "/config.json",
        "/toString",
        "/__proto__/x",
        "//view/t1",
    ),
    *("/.hidden", "/view/.a", "/a.", "/a.b.c", "/v1.2/x", "/t/t1/poster.jpg", "/constructor"),
]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node to run CloudFront's function")
def test_an_address_means_the_same_file_as_locally() -> None:
    code = RESOURCES["PageAddresses"]["Properties"]["FunctionCode"]
    asked = f"{json.dumps(ADDRESSES)}.map((uri) => handler({{request: {{uri}}}}).uri)"
    program = f"{code}\nconsole.log(JSON.stringify({asked}))"
    node = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    meant = dict(zip(ADDRESSES, json.loads(node.stdout), strict=True))
    assert {address: file.lstrip("/") for address, file in meant.items()} == {
        address: file_of(address) for address in ADDRESSES
    }


def headers_of(name: str) -> dict[str, str]:
    """What a response-headers policy adds, as headers; `${Store}` stands for the media bucket's origin."""
    config = RESOURCES[name]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    content = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    if isinstance(content, dict):
        content = content["Fn::Sub"][0]
    found = {"content-security-policy": content}
    if "ContentTypeOptions" in security:
        found["x-content-type-options"] = "nosniff"
    if "ReferrerPolicy" in security:
        found["referrer-policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    if "CorsConfig" in config:
        (found["access-control-allow-origin"],) = config["CorsConfig"]["AccessControlAllowOrigins"]["Items"]
    for item in config.get("CustomHeadersConfig", {}).get("Items", []):
        found[item["Header"]] = item["Value"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    return found


def test_the_headers_are_those_of_local_mode() -> None:
    assert headers_of("PageHeaders") == {**SAFE, "content-security-policy": policy("index.html", "${Store}")}
    embed = {**SAFE, **FOR_ANY_PAGE, "content-security-policy": policy("embed.html", "${Store}")}
    assert headers_of("EmbedHeaders") == embed
    assert headers_of("PublishedHeaders") == FILE_HEADERS
    assert headers_of("PublishedNoteHeaders") == NOTE_HEADERS


def behaviors() -> dict[str, Any]:
    found = {behavior["PathPattern"]: behavior for behavior in DISTRIBUTION["CacheBehaviors"]}
    return {**found, "*": DISTRIBUTION["DefaultCacheBehavior"]}


def test_each_path_leads_to_its_origin() -> None:
    assert {pattern: behavior["TargetOriginId"] for pattern, behavior in behaviors().items()} == {
        "/embed/*": "pages",
        "/embed.html": "pages",
        "/v1/*": "api",
        "/live": "live",
        "/published/*/tour.json": "media",
        "/published/*": "media",
        "*": "pages",
    }


def test_the_embed_alone_may_be_framed() -> None:
    framed = {
        pattern
        for pattern, behavior in behaviors().items()
        if behavior.get("ResponseHeadersPolicyId") == {"Ref": "EmbedHeaders"}
    }
    assert framed == {"/embed/*", "/embed.html"}


def test_nothing_is_sent_without_encryption_or_uncompressed() -> None:
    for behavior in behaviors().values():
        assert behavior["ViewerProtocolPolicy"] in ("redirect-to-https", "https-only")
        assert behavior.get("Compress") or behavior["TargetOriginId"] == "live"


def test_visitors_reach_only_what_is_published() -> None:
    statements = {
        statement["Sid"]: statement
        for statement in RESOURCES["MediaBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    }
    allowed = [statement for statement in statements.values() if statement["Effect"] == "Allow"]
    assert allowed == [statements["VisitorsReadWhatIsPublished"]]
    assert allowed[0]["Resource"] == {"Fn::Sub": "${MediaBucket.Arn}/published/*"}
    assert allowed[0]["Action"] == "s3:GetObject"


def test_the_command_that_uploads_the_pages_names_the_same_times() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert f'web/dist/{DIGESTED} s3://$$bucket/{DIGESTED} --cache-control "{FOREVER}"' in makefile
    assert f'--cache-control "{ASK_AGAIN}"' in makefile
