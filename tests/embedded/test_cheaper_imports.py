"""In an interpreter of its own: what is imported once stays imported."""

import json
import subprocess
import sys

_PROGRAM = """
import json
from workbench.embedded import running
from moto import mock_aws
from moto.ec2.models import instance_types
from moto.utilities.utils import load_resource
import boto3

before = len(instance_types.INSTANCE_TYPES)
with mock_aws():
    ec2 = boto3.client("ec2", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    told = {
        "types": len(ec2.describe_instance_types()["InstanceTypes"]),
        "small": ec2.describe_instance_types(InstanceTypes=["t3.small"])["InstanceTypes"][0]["MemoryInfo"],
        "offered": len(ec2.describe_instance_type_offerings()["InstanceTypeOfferings"]),
        "regions": len(ec2.describe_regions()["Regions"]),
        "zones": len(ec2.describe_availability_zones()["AvailabilityZones"]),
    }
types = load_resource("ec2/resources/instance_types.json")
offered = load_resource("ec2/resources/instance_type_offerings/region/us-east-1.json")
print(json.dumps([before, told, len(types), len(offered)]))
"""


def test_the_tables_of_ec2_come_when_somebody_uses_it() -> None:
    ended = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True)
    before, told, types, offered = json.loads(ended.stdout)

    assert before == 0
    assert (told["types"], told["offered"]) == (types, offered)
    assert told["small"] == {"SizeInMiB": 2048}
    assert told["regions"] > 20
    assert told["zones"] == 6
