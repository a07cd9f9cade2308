"""The template, as AWS would translate it."""

from pathlib import Path

from tests.embedded.small import FUNCTIONS, TEMPLATE
from workbench.embedded.translate import translate

PRODUCT = Path(__file__).parents[2] / "template.yaml"


def test_functions_run_from_their_folders() -> None:
    assert set(translate(TEMPLATE).code.values()) == {FUNCTIONS}


def test_serverless_resources_become_plain_ones() -> None:
    resources = translate(TEMPLATE).cloudformation["Resources"]

    assert not [name for name, resource in resources.items() if resource["Type"].startswith("AWS::Serverless")]
    assert resources["ConsumerFunctionInbox"]["Type"] == "AWS::Lambda::EventSourceMapping"


def test_a_definition_keeps_its_context_paths_and_gets_its_substitutions() -> None:
    definition = translate(TEMPLATE).cloudformation["Resources"]["Machine"]["Properties"]["DefinitionString"]
    pieces = definition["Fn::Join"][1]

    assert {"Fn::GetAtt": ["ActorFunction", "Arn"]} in pieces
    assert "$$.Execution.Name" in "".join(piece for piece in pieces if isinstance(piece, str))


def test_the_products_template_can_be_translated() -> None:
    translation = translate(PRODUCT)

    assert "VideoPipeline" in translation.cloudformation["Resources"]
    assert len(translation.code) == 6
