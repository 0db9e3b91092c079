package dev.berth.storage;

/** Foreign text as it may stand in a one-line message: quoted, printable, and not too long. */
final class Quoted {
  private static final int LONGEST = 140;

  private Quoted() {}

  static String of(String foreign) {
    StringBuilder text = new StringBuilder("\"");
    foreign
        .codePoints()
        .limit(LONGEST)
        .forEach(c -> text.appendCodePoint(Character.isISOControl(c) || c == '"' ? '?' : c));
    return text.append(foreign.codePointCount(0, foreign.length()) > LONGEST ? "…\"" : "\"")
        .toString();
  }
}
