"""Prints the names that are not there.

Each argument is a qualified name, or a class or kind with what is called on its objects; of several
with `|` between them one has to be there. The first two arguments say which modules to leave out:
those named, and with `standard` all that Python does not come with.
"""

import importlib
import os
import subprocess
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else its import asks the network

SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda", "secretsmanager", "ssm", "bedrock-runtime", "stepfunctions")


def aws_clients():
    import boto3

    given = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return [boto3.client(service, **given) for service in SERVICES]


def aws_tables():
    import boto3

    given = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return [boto3.resource("dynamodb", **given).Table("x")]


def process():
    return [subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)]


# Objects of a kind that has no class, and of a class whose objects say more than it does.
OBJECTS = {"aws-client": aws_clients, "aws-resource": aws_tables, "subprocess.Popen": process}

# Names of older releases, which still stand in programs.
GONE = {
    "mistralai.Mistral": "mistralai 1.9",
    "qdrant_client.QdrantClient search": "qdrant-client 1.15",
}

# Names that an older Python has not.
SINCE = {"pathlib.Path walk": (3, 12)}


def qualified(name):
    first, *rest = name.split(".")
    found = importlib.import_module(first)
    for part in rest:
        # What a package takes out of a module may have the module's name.
        if not hasattr(found, part) and hasattr(found, "__path__"):
            importlib.import_module(f"{found.__name__}.{part}")
        found = getattr(found, part)
    return found


def member(found, parts):
    for part in parts:
        found = getattr(found, part)
    return found


def objects(name):
    """A class, and an object of it where one is made from next to nothing."""
    if name in OBJECTS:
        yield from OBJECTS[name]()
        return
    found = qualified(name)
    yield found
    for given in ({}, {"api_key": "x"}):
        try:
            yield found(**given)
        except Exception:
            continue


def exists(name):
    if name in GONE or sys.version_info < SINCE.get(name, (3,)):
        return True
    owner, _, chain = name.partition(" ")
    try:
        return any(has(it, chain.split(".")) for it in objects(owner)) if chain else qualified(owner) is not None
    except (AttributeError, ModuleNotFoundError):
        return False


def has(found, parts):
    try:
        return callable(member(found, parts))
    except AttributeError:
        return False


def module(name):
    return name.partition(" ")[0].partition(".")[0]


left_out, scope, *wanted = sys.argv[1:]
left_out = set(left_out.split(","))
for line in wanted:
    names = [name for name in line.split("|") if module(name) not in left_out]
    if scope == "standard":
        names = [name for name in names if module(name) in sys.stdlib_module_names]
    try:
        if names and not any(exists(name) for name in names):
            print("|".join(names))
    except Exception as error:
        print("|".join(names), "cannot be looked up:", repr(error))
