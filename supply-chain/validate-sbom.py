"""Says whether a CycloneDX document in JSON is what its schema asks for: exit code 1 when it is not."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
problem = JsonStrictValidator(version).validate_str(text)
if problem is not None:
    sys.exit(f"{sys.argv[1]}: {problem}")
