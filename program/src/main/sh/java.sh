# Sourced by ./berth and ./dev: finds a JDK. Sets JAVA_HOME to a JDK 25 or newer, or returns 1 after one clear message.

# Prints the major version of the JDK in folder $1; nothing when there is none.
java_major() {
  [[ -x $1/bin/java && -x $1/bin/javac ]] || return 0
  local version=""
  if [[ -r $1/release ]]; then
    local line
    while IFS= read -r line; do
      if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then version=${BASH_REMATCH[1]}; fi
    done <"$1/release"
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
  fi
  echo "$version"
}

# The folders where people and packages put JDKs.
java_folders() {
  local folder
  for folder in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/lib/jvm/* /opt/* /opt/java/* /opt/jdk/* \
    "${SDKMAN_DIR:-${HOME:-/root}/.sdkman}"/candidates/java/* "${HOME:-/root}"/.jdks/* "${HOME:-/root}"/.local/share/mise/installs/java/* \
    "${HOME:-/root}"/.asdf/installs/java/*; do
    if [[ -d $folder ]]; then echo "$folder"; fi
  done
}

find_java() {
  local -r wanted=25
  local seen="" candidate major where newer=""

  # What somebody chose is taken when it is new enough, in this order.
  for where in BERTH_JAVA_HOME JAVA_HOME PATH; do
    if [[ $where == PATH ]]; then
      candidate=$(command -v javac || command -v java || true)
      candidate=${candidate:+$(readlink -f -- "$candidate")}
      candidate=${candidate%/bin/*}
    else
      candidate=${!where:-}
    fi
    [[ -n $candidate ]] || { seen+="  $where: not set"$'\n'; continue; }
    major=$(java_major "$candidate")
    if [[ -n $major && $major -ge $wanted ]]; then
      export JAVA_HOME=$candidate
      return 0
    fi
    seen+="  $where: $candidate is $([[ -n $major ]] && echo "JDK $major" || echo "not a JDK")"$'\n'
    if [[ $where == BERTH_JAVA_HOME ]]; then break; fi
  done

  # Among those that merely lie around, the very version that Berth is tested with comes first.
  if [[ -z ${BERTH_JAVA_HOME:-} ]]; then
    while read -r candidate; do
      major=$(java_major "$candidate")
      if [[ -z $major ]]; then continue; fi
      if [[ $major -eq $wanted ]]; then
        export JAVA_HOME=$candidate
        return 0
      elif [[ $major -gt $wanted && -z $newer ]]; then
        newer=$candidate
      else
        seen+="  $candidate is JDK $major"$'\n'
      fi
    done < <(java_folders)
    if [[ -n $newer ]]; then
      export JAVA_HOME=$newer
      return 0
    fi
    seen+="  nothing newer in /usr/lib/jvm, /usr/java, /usr/local/lib/jvm, /opt, ~/.sdkman/candidates/java, ~/.jdks"$'\n'
  fi

  {
    echo "${0##*/}: no JDK $wanted or newer found; install one and set JAVA_HOME (or BERTH_JAVA_HOME) to its folder. Looked in:"
    printf '%s' "$seen"
  } >&2
  return 1
}
