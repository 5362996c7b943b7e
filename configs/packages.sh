# Source me. install_packages KIND…: the Debian packages of packages.txt of these kinds that are
# not there yet.
install_packages() {
  local here list missing=() package kind as_root=()
  here=$(dirname "${BASH_SOURCE[0]}")
  for kind in "$@"; do
    list=$(awk -v kind="$kind" '$1 == kind { print $2 }' "$here/packages.txt")
    for package in $list; do
      if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
        missing+=("$package")
      fi
    done
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "these packages are missing, and there is neither root nor sudo: ${missing[*]}" >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}"
}
