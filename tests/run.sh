#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs all tests.
# The last line is "N passed, N failed"; the exit code is 0 only if something ran and nothing failed.
set -u
cd "$(dirname "$0")/.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

passed=0
failed=0

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

give_up() {
  echo "$1" >&2
  failed=$((failed + 1))
  finish
}

# What the tests need besides the SDK: a browser for those of the page, Jupyter's own clients for those of the kernel.
install_missing() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
  /usr/bin/python3 -c 'import jupyter_client, jupyter_kernel_test, nbconvert, ipykernel' 2>/dev/null ||
    missing+=(python3-jupyter-client python3-jupyter-kernel-test jupyter-nbconvert python3-ipykernel)
  [ ${#missing[@]} -eq 0 ] && return
  echo "The tests need ${missing[*]}."
  command -v apt-get >/dev/null || give_up "There is no apt-get to install that with: install it and run this again."
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "Only root can install that: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q || give_up "The list of packages can't be had."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}" ||
    give_up "That can't be installed: ${missing[*]}"
}

command -v dotnet >/dev/null || give_up "The .NET SDK 10 is needed: there is no dotnet on the PATH."
install_missing

echo "== restore and build"
dotnet restore ChainRule.slnx || give_up "The packages can't be restored."
dotnet build ChainRule.slnx --no-restore -m:1 || give_up "The build failed."

# The build has failed already where style or an analyzer objects; what is left is white space, which takes a tenth of the time.
echo "== format"
dotnet format whitespace ChainRule.slnx --no-restore --verify-no-changes || {
  echo "The sources are not formatted: run dotnet format." >&2
  failed=$((failed + 1))
}

for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  log=$(mktemp)
  dotnet "tests/$name/bin/Debug/net10.0/$name.dll" -noColor 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  summary=$(grep -oE "$name +Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+" "$log" | tail -n 1)
  rm -f "$log"
  if [ -z "$summary" ]; then
    echo "$name ended without saying how its tests went (exit code $code)." >&2
    failed=$((failed + 1))
    continue
  fi

  read -r total errors failures skipped not_run <<<"$(grep -oE '[0-9]+' <<<"${summary#"$name"}" | tr '\n' ' ')"
  bad=$((errors + failures))
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
  fi

  failed=$((failed + bad))
  passed=$((passed + total - errors - failures - skipped - not_run))
done

finish
