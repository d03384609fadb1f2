#!/usr/bin/env bash
# Draws the kernel's PNG logos from logo-svg.svg. Needs Chromium; run it after changing the drawing and commit what it makes.
set -eu
cd "$(dirname "$0")"
for size in 32 64; do
  page=$(mktemp --suffix=.html)
  printf '<!doctype html><style>*{margin:0}svg{display:block;width:%spx;height:%spx}</style>' "$size" "$size" >"$page"
  cat logo-svg.svg >>"$page"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --window-size="$size,$size" --screenshot="logo-${size}x${size}.png" "file://$page" >/dev/null 2>&1
  rm "$page"
done
