# $(call wheels,names,folder): install wheels for Lambda's Linux, whatever machine this is, with the versions and
# hashes of requirements.lock. pip refuses what the names lack. `sam build` copies a folder before it makes it, but
# names the Makefile by its own place: hence LOCK. The architecture must be the template's parameter Architecture.
ARCHITECTURE ?= arm64
PYTHON ?= python3
PYTHON_VERSION := 3.14
LOCK := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))../requirements.lock

MACHINE_arm64 := aarch64
MACHINE_x86_64 := x86_64
MACHINE := $(or $(MACHINE_$(ARCHITECTURE)),$(error ARCHITECTURE is "$(ARCHITECTURE)"; it must be arm64 or x86_64))

define wheels
awk -v names="$(1)" 'BEGIN { split(names, n, " "); for (i in n) wanted[n[i]] } \
  /^[a-z0-9]/ { split($$1, pin, "=="); take = pin[1] in wanted } take' $(LOCK) > pins.txt
$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-compile \
  --platform manylinux_2_28_$(MACHINE) --platform manylinux_2_17_$(MACHINE) --platform manylinux2014_$(MACHINE) \
  --implementation cp --python-version $(PYTHON_VERSION) --target "$(2)" --requirement pins.txt
rm -rf pins.txt "$(2)/bin"
endef
