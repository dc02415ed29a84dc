# tools/setup.sh - what ./run and ./test share; they source it. Sets root, the directory of the clone.
# They set pipefail. Messages go to standard error: standard output belongs to the program.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CMAKE_COLOR_DIAGNOSTICS=OFF NINJA_STATUS='[%f/%t] '

say() { printf '%s\n' "$*" >&2; }

# fail WHAT LOG: ends with one line, after the lines of the log that tell why.
fail() {
  if [ -s "${2:-}" ]; then
    grep -m 8 -A 3 -E ' error: |CMake Error|multiple definition|undefined reference|^E: ' "$2" >&2 || tail -n 8 "$2" >&2
    say "failed: $1 (full log: $2)"
  else
    say "failed: $1"
  fi
  exit 1
}

# The packages of the given sections of packages.txt that are not installed.
missing_packages() {
  local wanted=() section='' package command
  while read -r package command; do
    case $package in
      '' | '#'*) ;;
      '['*) section=${package:1:-1} ;;
      *)
        if [[ " $* " == *" $section "* ]] && ! { [ -n "$command" ] && command -v "$command" >/dev/null; }; then
          wanted+=("$package")
        fi ;;
    esac
  done <"$root/tools/packages.txt"
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p' | sort -u)
}

# install_packages SECTION...: installs what is missing; asks the network only then.
install_packages() {
  command -v dpkg-query >/dev/null || return 0  # not Debian: CMake will say what it does not find
  local packages log=$root/build/packages.log as_root=()
  mapfile -t packages < <(missing_packages "$@")
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing and this is not root; as root do: apt-get install ${packages[*]}"
    as_root=(sudo)
  fi
  mkdir -p "$root/build"
  say "installing Debian packages: ${packages[*]}"
  {
    "${as_root[@]}" apt-get update -q &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
  } </dev/null >"$log" 2>&1 || fail "Debian packages could not be installed: ${packages[*]}; check the network and the sources of apt" "$log"
}

# Lets Ninja's "[12/80] ..." lines run over one line of a terminal; elsewhere they are dropped.
show_progress() {
  if [ -t 2 ]; then
    local line
    while IFS= read -r line; do
      [[ $line != '['* ]] || printf '\r\033[K%s' "${line:0:${COLUMNS:-80}}" >&2
    done
    printf '\r\033[K' >&2
  else
    cat >/dev/null
  fi
}

# build_studio: the page that goes into the program, studio/dist. Without it the program has no studio, and says so.
build_studio() {
  local log=$root/build/studio.log built=$root/studio/dist/index.html
  if [ -e "$built" ] && [ -z "$(find "$root"/studio/{src,public,index.html,licences.mjs,package-lock.json,tsconfig.json,vite.config.ts} \
    -newer "$built" -print -quit)" ]; then
    return
  fi
  mkdir -p "$root/build"
  if ! { command -v node && command -v npm; } >/dev/null; then
    say 'there is no Node.js, so the studio is left out; to have it: apt-get install nodejs npm'
    return
  fi
  say 'building the page of the studio'
  (cd "$root/studio" &&
    { cmp -s package-lock.json node_modules/.from || { npm ci --no-audit --no-fund && cp package-lock.json node_modules/.from; }; } &&
    npm run build) </dev/null >"$log" 2>&1 ||
    say "the page of the studio could not be built, so the studio is left out (full log: $log)"
}

# build PRESET: configures and builds build/PRESET; the log is build/PRESET.log.
build() {
  local log=$root/build/$1.log
  mkdir -p "$root/build"
  [ -e "$root/build/$1/build.ninja" ] || say "building build/$1 from scratch; this takes a few minutes"
  (cd "$root" && cmake --preset "$1") </dev/null >"$log" 2>&1 || fail "CMake could not configure build/$1" "$log"
  (cd "$root" && cmake --build --preset "$1") </dev/null 2>&1 | tee -a "$log" | show_progress ||
    fail "the build of build/$1 failed; for all of it do: cmake --build --preset $1" "$log"
}
