import pytest

from workbench.embedded.running import Stack


@pytest.mark.like_aws("CloudFormation and SAM", "A reference to a function's version is its ARN")
def test_a_reference_to_a_version_is_its_arn(stack: Stack) -> None:
    states = stack.client("stepfunctions")
    definition = states.describe_state_machine(stateMachineArn=stack.outputs["MachineArn"])["definition"]

    arn = stack.client("lambda").get_function(FunctionName="runner")["Configuration"]["FunctionArn"]
    assert f'"{arn.removesuffix(":$LATEST")}:1"' in definition


@pytest.mark.like_aws("CloudFormation and SAM", "A reference to a layer's version is its ARN")
def test_a_reference_to_a_layer_is_its_arn(stack: Stack) -> None:
    pages = stack.client("cloudformation").list_stack_resources(StackName="roughcut")["StackResourceSummaries"]
    (layer,) = (each for each in pages if each["ResourceType"] == "AWS::Lambda::LayerVersion")

    assert layer["PhysicalResourceId"].endswith(":1")
