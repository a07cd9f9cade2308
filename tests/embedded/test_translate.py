"""The template, as AWS would translate it."""

from pathlib import Path

import pytest

from tests.embedded.small import FUNCTIONS, TEMPLATE, edited
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.translate import translate

PRODUCT = Path(__file__).parents[2] / "template.yaml"


def test_functions_run_from_their_folders() -> None:
    assert set(translate(TEMPLATE).code.values()) == {FUNCTIONS}


@pytest.mark.like_aws(
    "CloudFormation and SAM",
    "The SAM transform is the one that AWS runs",
    differs="the newest; here the pinned aws-sam-translator",
)
def test_serverless_resources_become_plain_ones() -> None:
    resources = translate(TEMPLATE).cloudformation["Resources"]

    assert not [name for name, resource in resources.items() if resource["Type"].startswith("AWS::Serverless")]
    assert resources["ConsumerFunctionInbox"]["Type"] == "AWS::Lambda::EventSourceMapping"


@pytest.mark.like_aws("CloudFormation and SAM", "DefinitionSubstitutions replace what they name and nothing else")
def test_a_definition_keeps_its_context_paths_and_gets_its_substitutions() -> None:
    definition = translate(TEMPLATE).cloudformation["Resources"]["Machine"]["Properties"]["DefinitionString"]
    pieces = definition["Fn::Join"][1]

    (arn,) = (piece["Ref"] for piece in pieces if "Version" in str(piece))
    assert arn.startswith("RunnerFunctionVersion")
    assert "$$.Execution.Name" in "".join(piece for piece in pieces if isinstance(piece, str))


def test_the_products_template_can_be_translated() -> None:
    translation = translate(PRODUCT)

    assert "VideoPipeline" in translation.cloudformation["Resources"]
    assert len(translation.code) == 6


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Resources:", "Resorces:", "has no Resources"),
        ("CodeUri: functions/", "CodeUri: nowhere/", "CodeUri of EchoFunction is 'nowhere/'"),
        ("DefinitionUri: machine", "DefinitionUri: no", "DefinitionUri 'no.asl.json' cannot be read: No such file"),
        ("ActorFunctionArn: !", "OtherArn: !", r"uses \$\{ActorFunctionArn\}, which DefinitionSubstitutions"),
        ("{ Type: HttpApi, Properties: { ApiId", "{ Type: No, Properties: { ApiId", "refused by the SAM translator"),
        ("  SeenTable:", "  SeenTable: [", "is not YAML"),
    ],
)
def test_a_bad_template_is_one_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(TemplateRefused, match=sentence) as refusal:
        translate(edited(tmp_path, old, new))

    assert "\n" not in str(refusal.value)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"none\.yaml cannot be read: No such file"):
        translate(tmp_path / "none.yaml")
