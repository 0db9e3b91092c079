package dev.berth.program.objects;

/** How {@code -o} wants objects printed. */
enum Output {
  TABLE,
  WIDE,
  JSON,
  YAML,
  NAME
}
