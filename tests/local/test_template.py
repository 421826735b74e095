from pathlib import Path

import pytest

from diorama.errors import ConfigurationError
from local.template import Route, Schedule, Target, Template, read_template

MACHINE = """
QueryLanguage: JSONata
StartAt: Ask
States:
  Ask:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: "${Asked}"}
    End: true
"""
HEAD = """
Parameters:
  Size: {Type: Number, Default: 3}
  Open: {Type: String, Default: ""}
Conditions:
  IsOpen: !Not [!Equals [!Ref Open, ""]]
Globals:
  Function:
    CodeUri: functions/
    Timeout: 29
    Environment:
      Variables:
        DIORAMA_BUCKET: !Ref Bucket
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth:
        DefaultAuthorizer: SignedIn
        Authorizers: {SignedIn: {FunctionArn: !GetAtt F.Arn, FunctionPayloadType: REQUEST}}
  Topic: {Type: AWS::SNS::Topic}
"""
FUNCTION = """
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: room.api.handler
      Environment:
        Variables:
          DIORAMA_POOLS: !Sub '{"cpu": ${Size}}'
          DIORAMA_MACHINES: !Sub '{"tours": "${M.Name}"}'
          DIORAMA_ENDPOINTS: !If [IsOpen, open, "{}"]
      Events:
        All: {Type: Api, Properties: {RestApiId: !Ref Api, Method: any, Path: "/v1/room/{proxy+}"}}
        Free:
          Type: Api
          Properties: {RestApiId: !Ref Api, Method: GET, Path: /v1/free, Auth: {Authorizer: NONE}}
        News: {Type: SNS, Properties: {Topic: !Ref Topic}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
        Ended:
          Type: EventBridgeRule
          Properties: {Pattern: {source: [aws.states], detail: {machine: [!Ref M]}}}
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: m.asl.yaml
      DefinitionSubstitutions: {Asked: !GetAtt F.Arn}
"""
RULE = "  X: {{Type: AWS::Events::Rule, Properties: {{{}, Targets: [{}]}}}}"


def read(folder: Path, more: str = "", head: str = HEAD, function: str = FUNCTION) -> Template:
    (folder / "m.asl.yaml").write_text(MACHINE)
    (folder / "template.yaml").write_text(head + function + more)
    return read_template(folder / "template.yaml")


def test_everything_that_acts_is_read(tmp_path: Path) -> None:
    template = read(tmp_path)
    assert template.functions["F"].handler == "room.api.handler"
    assert template.functions["F"].code_folder == tmp_path / "functions"
    assert template.functions["F"].timeout_s == 29
    assert template.routes == [
        Route("ANY", "/v1/room/{proxy+}", "F", signed_in=True),
        Route("GET", "/v1/free", "F", signed_in=False),
    ]
    assert template.authorizer == "F"
    assert template.topics == {"Topic": ["F"]}
    assert template.schedules == [Schedule("F.Tick", 300, Target("function", "F"))]
    assert template.rules[0].pattern == {"source": ["aws.states"], "detail": {"machine": ["M"]}}
    assert list(template.machines) == ["M"]


def test_intrinsic_functions_become_names_and_defaults(tmp_path: Path) -> None:
    assert read(tmp_path).environment == {
        "DIORAMA_BUCKET": "Bucket",
        "DIORAMA_POOLS": '{"cpu": 3}',
        "DIORAMA_MACHINES": '{"tours": "M"}',
        "DIORAMA_ENDPOINTS": "{}",
    }


def test_a_rule_of_its_own_may_feed_a_topic(tmp_path: Path) -> None:
    rule = """
  R:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.sagemaker]}
      Targets: [{Id: x, Arn: !Ref Topic}]
"""
    assert read(tmp_path, rule).rules[-1].targets == (Target("topic", "Topic"),)


def test_what_a_condition_leaves_out_is_left_out(tmp_path: Path) -> None:
    queue = "  X: {Type: AWS::Lambda::EventSourceMapping, Condition: IsOpen}\n"
    assert read(tmp_path, queue).functions


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("  X: {Type: AWS::Lambda::EventSourceMapping}", "X: local mode does not know"),
        ("  X: {Type: AWS::Pipes::Pipe}", "X: local mode does not know"),
        (
            RULE.format("EventPattern: {a: [b]}", "{Id: 1, Arn: q}"),
            "can't send events to q",
        ),
        (
            RULE.format("EventPattern: {a: [{suffix: b}]}", ""),
            "comparison",
        ),
        (
            RULE.format('ScheduleExpression: "cron(0 1 * * ? *)"', ""),
            "the schedule cron",
        ),
        (
            "  X: {Type: AWS::SNS::Subscription, Properties: {Protocol: https, TopicArn: !Ref Topic}}",
            "by https",
        ),
    ],
)
def test_what_would_act_and_is_not_understood_is_refused(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, more)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rate(5 minutes)", "rate(0 minutes)", "schedule"),
        ("!Ref Topic}", "!Ref Nothing}", "'Nothing', which is not there"),
        ("!GetAtt F.Arn", "!Ref Bucket", "there is no function Bucket"),
        ("Type: Schedule", "Type: Kinesis", "events of type Kinesis"),
        ("!GetAtt F.Arn", "!ImportValue f", "Fn::ImportValue"),
        ("Auth: {Authorizer: NONE}", "Auth: {ApiKeyRequired: true}", "ApiKeyRequired"),
        ("'{\"cpu\": ${Size}}'", "!GetAtt Bucket.DomainName", "Bucket.DomainName"),
    ],
)
def test_a_function_that_asks_for_the_unknown_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in FUNCTION
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, function=FUNCTION.replace(old, new))


def test_a_route_without_any_authorizer_is_refused(tmp_path: Path) -> None:
    head = HEAD.replace("        DefaultAuthorizer: SignedIn\n", "")
    with pytest.raises(ConfigurationError, match="say NONE"):
        read(tmp_path, head=head)


def test_one_variable_can_not_have_two_values(tmp_path: Path) -> None:
    other = """
  G:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Environment: {Variables: {DIORAMA_BUCKET: other}}}
"""
    with pytest.raises(ConfigurationError, match="DIORAMA_BUCKET has another value"):
        read(tmp_path, other)


def test_the_real_template_is_understood() -> None:
    template = read_template(Path(__file__).parents[2] / "template.yaml")
    assert {"RunStagesMachine", "ToursMachine"} <= set(template.machines)
    for function in template.functions.values():
        module = function.handler.rpartition(".")[0].replace(".", "/")
        assert (function.code_folder / f"{module}.py").exists(), function.name
