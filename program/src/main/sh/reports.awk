# Sums the XML reports of surefire and failsafe. Prints skipped tests with their reasons, failed ones with their first line,
# then the line "N passed, N failed, N skipped". -v extra=N adds failures that no report knows (a build that broke).
function attribute(line, name,   at) {
  if (match(line, " " name "=\"[^\"]*\"")) return unescape(substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
  return ""
}
function unescape(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&#10;|&#xa;|&#xA;/, " ", text); gsub(/&amp;/, "\\&", text)
  return text
}
function short(text) { return length(text) > 300 ? substr(text, 1, 300) "…" : text }
/<testcase / {
  inside = 1; verdict = "passed"; name = attribute($0, "classname") "." attribute($0, "name"); sub(/^dev\.berth\./, "", name)
  if ($0 ~ /<testcase [^>]*\/>/) { passed++; inside = 0; next }
}
inside && /<skipped/ { verdict = "skipped"; reason = attribute($0, "message"); open = reason == "" }
inside && open && /<!\[CDATA\[/ { # JUnit's own reports say the reason as text
  reason = $0; sub(/.*<!\[CDATA\[/, "", reason); sub(/\]\]>.*/, "", reason); open = 0
}
inside && /<(failure|error)[ >]/ && $0 !~ /<(flakyFailure|flakyError|rerunFailure|rerunError)/ { verdict = "failed"; reason = attribute($0, "message") }
/<\/testcase>/ && inside {
  inside = 0
  if (verdict == "passed") passed++
  else if (verdict == "skipped") { skipped++; skips[skipped] = name ": " (reason == "" ? "no reason given" : short(reason)) }
  else { failed++; fails[failed] = name ": " (reason == "" ? "see its report" : short(reason)) }
}
END {
  for (i = 1; i <= skipped; i++) print "skipped  " skips[i]
  for (i = 1; i <= failed; i++) print "FAILED   " fails[i]
  printf "%d passed, %d failed, %d skipped\n", passed, failed + extra, skipped
  exit (failed + extra > 0)
}
