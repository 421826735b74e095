from pathlib import Path
from typing import Any

import pytest

from diorama.errors import ConfigurationError
from local.intrinsics import Resolver, read_yaml

RESOLVER = Resolver(
    resources={"Bucket": {}, "Key": {}},
    parameters={"Size": {"Default": 3}, "Open": {"Default": True}, "Secret": {}},
    conditions={
        "Small": {"Fn::Equals": [{"Ref": "Size"}, 3]},
        "Large": {"Fn::Not": [{"Condition": "Small"}]},
        "Either": {"Fn::Or": [{"Condition": "Small"}, {"Condition": "Large"}]},
        "Both": {"Fn::And": [{"Condition": "Small"}, {"Condition": "Large"}]},
        "Odd": {"Fn::Xor": []},
    },
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ({"Ref": "Bucket"}, "Bucket"),
        ({"Ref": "Size"}, 3),
        ({"Ref": "AWS::Region"}, "local"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "Bucket"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "Bucket"),
        ({"Fn::Sub": "a-${Bucket}-${Bucket.Arn}-${Size}-${AWS::StackName}"}, "a-Bucket-Bucket-3-diorama"),
        ({"Fn::Sub": "${!Literal}"}, "${Literal}"),
        ({"Fn::Sub": ["${Given}", {"Given": {"Ref": "Key"}}]}, "Key"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Key"}]]}, "a/Key"),
        ({"Fn::If": ["Small", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Large", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"a": [{"Ref": "Key"}], "b": 1}, {"a": ["Key"], "b": 1}),
    ],
)
def test_an_intrinsic_function_has_a_value_here(value: Any, expected: Any) -> None:
    assert RESOLVER.value(value) == expected


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Ref": "Nothing"}, "not there"),
        ({"Ref": "Secret"}, "no default"),
        ({"Ref": "AWS::NoValue"}, "not there"),
        ({"Fn::GetAtt": "Nothing.Arn"}, "not there"),
        ({"Fn::GetAtt": "Bucket.WebsiteURL"}, "Bucket.WebsiteURL"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue"),
        ({"Fn::If": ["Odd", 1, 2]}, "Fn::Xor"),
    ],
)
def test_what_has_no_value_here_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        RESOLVER.value(value)


def test_a_variable_is_text() -> None:
    assert RESOLVER.text({"Ref": "Open"}) == "true"
    assert RESOLVER.text({"Ref": "Size"}) == "3"
    with pytest.raises(ConfigurationError, match="text was expected"):
        RESOLVER.text(["a"])


def test_short_and_long_forms_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("a: !Ref X\nb: !GetAtt [X, Arn]\nc: !Sub {k: v}\nd: !Condition C\n")
    assert read_yaml(path) == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": ["X", "Arn"]},
        "c": {"Fn::Sub": {"k": "v"}},
        "d": {"Condition": "C"},
    }


@pytest.mark.parametrize("text", ["a: [", "- 1", "a: !!python/object:os.system x"])
def test_what_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.yaml").write_text(text)
    with pytest.raises(ConfigurationError):
        read_yaml(tmp_path / "t.yaml")
