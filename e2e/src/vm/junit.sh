# shellcheck shell=bash
# Sourced by vm.sh: the JUnit tests that need the guest, all of them in one run of it and in one JVM.

report=$home/e2e/target/vm-reports

# Every class named *VM below a module's tests, or those that were named.
vm_classes() {
  local file wanted=${1:-*VM}
  find "$home" -mindepth 5 -path '*/src/test/java/*' -name "$wanted.java" | sort | while read -r file; do
    file=${file#*/src/test/java/}
    file=${file%.java}
    echo "${file//\//.}"
  done
}

run_tests() {
  local all=0 compile=1 name why
  classes=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --all) all=1 ;;
      --built) compile=0 ;;
      -*) wrong "unknown option $1" ;;
      *) named "$1" ;;
    esac
    shift
  done
  if [[ ${BERTH_TEST_ALL:-} == 1 ]]; then all=1; fi
  if [[ ${#classes[@]} -eq 0 ]]; then
    mapfile -t classes < <(vm_classes)
    if [[ $all == 1 ]]; then mapfile -t -O "${#classes[@]}" classes < <(again_here); fi
  fi
  rm -rf "$report"
  mkdir -p "$report"
  why=$(why_not)
  if [[ -n $why ]]; then
    say "WARNING: ${#classes[@]} test classes that need another kernel are SKIPPED: $why"
    verdict skipped "this machine cannot run the guest of ./dev vm: $why"
    return 0
  fi
  if ! (find_java && ensure_built); then
    say "WARNING: ${#classes[@]} test classes that need another kernel are SKIPPED: the guest could not be built; see $cache/build.log"
    verdict skipped "the guest of ./dev vm could not be built; see $cache/build.log"
    return 0
  fi
  find_java
  if [[ $compile == 1 ]]; then compile_tests; fi
  in_guest "$all"
}

# A class by its simple name, with or without #method.
named() {
  local found
  mapfile -t found < <(vm_classes "${1%%#*}")
  [[ ${#found[@]} -eq 1 ]] || wrong "there are ${#found[@]} test classes named ${1%%#*}"
  if [[ $1 == *"#"* ]]; then classes+=("${found[0]}#${1#*#}"); else classes+=("${found[0]}"); fi
}

# Under --all the kernel tests of storage run on this kernel too.
again_here() {
  local class
  vm_classes '*IT' | while read -r class; do
    if [[ $class == dev.berth.storage.* ]]; then echo "$class"; fi
  done
}

compile_tests() {
  progress "compiling"
  (cd "$home" && mvn -B -ntp -q -Dstyle.color=never -pl e2e -am test-compile org.apache.maven.plugins:maven-dependency-plugin:build-classpath \
    -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test -Dspotless.check.skip=true </dev/null 2>&1 | sed -u 's/\x1b\[0m//g' >&2) || fail "the tests do not compile"
}

# The class path of every module that has a test to run, and of e2e, whose GuestTests starts them.
class_path() {
  local class module
  for class in "${classes[@]}" dev.berth.e2e.vm.GuestTests; do
    class=${class%%#*}
    for module in "$home"/*/src/test/java/"${class//.//}.java"; do
      module=${module%/src/test/java/*}
      echo "$module/target/test-classes"
      if [[ -d $module/target/classes ]]; then echo "$module/target/classes"; fi
      tr ':' '\n' <"$module/target/test.classpath"
      echo
    done
  done | awk 'NF && !seen[$0]++'
}

in_guest() {
  local began=$SECONDS entry code=0
  local -a path
  mapfile -t path < <(class_path)
  local -a arguments=(--out "$report" --disk 1G --disk 1G --deadline "$((${1:-0} == 1 ? 3000 : 900))")
  if [[ $1 == 1 ]]; then arguments+=(--env BERTH_TEST_ALL=1); fi
  for entry in "${path[@]}"; do arguments+=(--in "$entry"); done
  progress "running ${#classes[@]} test classes on a Debian kernel"
  "$here/vm.sh" run "${arguments[@]}" -- java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx768m -Djava.io.tmpdir=/var/tmp \
    -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener -cp "$(IFS=: && echo "${path[*]}")" \
    dev.berth.e2e.vm.GuestTests /out "${classes[@]}" || code=$?
  if [[ $code -gt 1 || -z $(find "$report" -name 'TEST-*.xml') ]]; then
    verdict failure "the guest ended with exit code $code and without a report; see its output"
  fi
  progress "took $((SECONDS - began)) s"
  return "$code"
}

# The report of tests that did not come to have one.
verdict() {
  local class text=$2
  text=${text//&/&amp;}
  text=${text//</&lt;}
  text=${text//\"/&quot;}
  {
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo '<testsuite name="vm">'
    for class in "${classes[@]}"; do
      printf '<testcase classname="%s" name="in the guest">\n<%s message="%s"/>\n</testcase>\n' "$class" "$1" "$text"
    done
    echo '</testsuite>'
  } >"$report/TEST-vm.xml"
}
