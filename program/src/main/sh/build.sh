# Sourced by ./berth and ./dev after java.sh: builds the program once, and again only when a source is newer.
# Expects $home, the root of the repository.

build_modules="csi-proto storage csi-server controller-plugin node-plugin provisioner program"
build_log=$home/.cache/build.log
# What runs is a copy of its own, a folder for each build: a running daemon still loads classes from its jars while the
# next build writes target/.
build_app=$home/.cache/app
build_current=$build_app/current
build_stamp=$build_app/built

# Flags of every JVM that runs the program: native calls, and a heap and a compiler that keep it small and quick to start.
# ArchiveRelocationMode: the AOT cache is used where it was made for, not copied to a random address.
java_flags=(
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms16m -Xmn4m -Xmx96m -XX:ReservedCodeCacheSize=24m -XX:-UsePerfData
  -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=15 -XX:+ExitOnOutOfMemoryError
)

build_is_fresh() {
  [[ -f $build_current/berth.jar && -f $build_stamp ]] || return 1
  local module
  local -a sources=("$home/pom.xml" "$home/deploy/examples")
  for module in $build_modules; do sources+=("$home/$module/pom.xml" "$home/$module/src/main"); done
  [[ -z $(find "${sources[@]}" -newer "$build_stamp" -print -quit 2>/dev/null) ]]
}

# Reads Maven's output, prints a line per module; fetched files are counted, on a terminal in place.
# (Not awk: mawk reads a pipe in blocks, and progress would come minutes late.)
build_progress() {
  local line fetched=0 cleared="" step
  [[ -t 2 ]] && cleared=$'\r\033[K'
  while IFS= read -r line; do
    if [[ $line == *"Downloaded from"* ]]; then
      fetched=$((fetched + 1))
      if [[ -n $cleared ]]; then
        printf '%s    fetched %d files of libraries and build tools' "$cleared" "$fetched" >&2
      elif ((fetched % 200 == 0)); then
        echo "    fetched $fetched files of libraries and build tools" >&2
      fi
    elif [[ $line =~ ^"[INFO] Building "([a-z-]+)" ".*\[([0-9]+)/([0-9]+)\]$ ]]; then
      step=$((BASH_REMATCH[2] - 1))/$((BASH_REMATCH[3] - 1))
      printf '%s  %s %s\n' "$cleared" "$step" "${BASH_REMATCH[1]}" >&2
    fi
  done
  printf '%s' "$cleared" >&2
}

# The checks of the compiler are for who changes Berth (./dev check, ./dev test): here they would only double the time.
build_locked() {
  if build_is_fresh; then return 0; fi
  if ! command -v mvn >/dev/null; then
    echo "${0##*/}: the program must be built once, and mvn is missing; install Maven 3.8.7 or newer (Debian, Ubuntu: apt-get install maven)" >&2
    return 1
  fi
  echo "Building Berth with $(basename "$JAVA_HOME") (once; later starts are quick; log: $build_log)" >&2
  touch "$build_stamp.new"
  local began=$SECONDS
  if ! (cd "$home" && mvn -B -Dstyle.color=never -pl program -am -DskipTests -Dspotless.check.skip=true -Derrorprone.args=-Xlint:none package </dev/null 2>&1) \
    | tee "$build_log" | build_progress; then
    echo "${0##*/}: the build failed; the end of $build_log:" >&2
    grep -E '^\[ERROR\]' "$build_log" | head -n 15 >&2 || tail -n 15 "$build_log" >&2
    return 1
  fi
  build_publish
  echo "  built in $((SECONDS - began)) s" >&2
}

# Copies target/ to a folder of its own and points `current` at it; the two builds before it stay for who still runs them.
build_publish() {
  local folder
  folder=$build_app/$(date +%Y%m%d-%H%M%S)-$$
  mkdir -p "$folder"
  cp -R "$home/program/target/berth.jar" "$home/program/target/lib" "$folder/"
  build_train "$folder"
  ln -sfn "${folder##*/}" "$build_current"
  mv "$build_stamp.new" "$build_stamp"
  find "$build_app" -mindepth 1 -maxdepth 1 -type d -name '2*' | sort | head -n -3 | xargs -r rm -rf
}

# Lets the JVM record the classes of a start (AOT cache, JEP 514): starts take half the time then. Without it, or where it
# does not fit, everything works the same. JAVA_TOOL_OPTIONS would be part of what must fit.
build_train() {
  if timeout 600 "$JAVA_HOME/bin/java" "${java_flags[@]}" -XX:AOTCacheOutput="$1/berth.aot" -jar "$1/berth.jar" train \
    >"$1/train.log" 2>&1 </dev/null && [[ -f $1/berth.aot ]]; then
    echo "$JAVA_HOME" >"$1/berth.aot.java"
  else
    rm -f "$1/berth.aot"
    cp "$1/train.log" "$home/.cache/train.log"
    echo "  WARNING: no AOT cache could be recorded, so every start takes twice as long; why: $home/.cache/train.log" >&2
  fi
}

# Sets build_flags: the cache of a build, where there is one for this Java.
build_aot_flags() {
  build_flags=()
  if [[ -f $1/berth.aot && -f $1/berth.aot.java && $(<"$1/berth.aot.java") == "$JAVA_HOME" ]]; then
    build_flags=(-XX:AOTCache="$1/berth.aot" "-Xlog:aot*=off" "-Xlog:cds*=off")
  fi
}

# BERTH_BUILD=never runs what is there (tests do this); otherwise two builds at once wait for each other.
build_when_needed() {
  if [[ ${BERTH_BUILD:-auto} == never ]]; then
    [[ -f $build_current/berth.jar ]] || { echo "${0##*/}: nothing is built in $build_app, and BERTH_BUILD=never forbids to build" >&2; return 1; }
    return 0
  fi
  if build_is_fresh; then return 0; fi
  mkdir -p "$build_app" || return 1
  (
    flock -n 9 || { echo "${0##*/}: another build is running; waiting for it" >&2; flock 9; }
    set -o pipefail
    build_locked
  ) 9>"$home/.cache/build.lock"
}
