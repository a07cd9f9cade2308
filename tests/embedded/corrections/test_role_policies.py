"""Managed policies of a template's roles."""

import pytest

from workbench.embedded.running import Stack


@pytest.mark.like_aws("IAM", "A role of the template has its managed policies, AWS's own among them")
def test_a_role_of_the_template_has_its_managed_policies(stack: Stack) -> None:
    role = stack.client("lambda").get_function(FunctionName="echo")["Configuration"]["Role"].rpartition("/")[2]

    attached = stack.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]

    assert [policy["PolicyName"] for policy in attached] == ["AWSLambdaBasicExecutionRole"]
    version = stack.client("iam").get_policy(PolicyArn=attached[0]["PolicyArn"])["Policy"]["DefaultVersionId"]
    document = stack.client("iam").get_policy_version(PolicyArn=attached[0]["PolicyArn"], VersionId=version)
    assert "logs:PutLogEvents" in str(document["PolicyVersion"]["Document"])
