package dev.berth.e2e.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java expression in source text, as far as messages need it: its arguments when it is a call,
 * and what it says when it builds a text.
 */
record Expression(String source) {
  private static final Pattern FORMATTED = Pattern.compile("(?s)^(.*\\S)\\s*\\.formatted\\(.*\\)$");
  private static final String UNKNOWN = "…";

  /** The argument list that begins right behind the parenthesis at {@code open}. */
  static List<Expression> arguments(String text, int open) {
    return split(text, open + 1, ',');
  }

  /** The text, with … for what is known at run time only; just … when no word is known. */
  String says() {
    Matcher formatted = FORMATTED.matcher(source);
    if (formatted.matches() && new Expression(formatted.group(1)).isLiteral()) {
      return literal(formatted.group(1)).replaceAll("%[0-9.]*[sdf]", UNKNOWN).replace("%%", "%");
    }
    StringBuilder said = new StringBuilder();
    for (Expression part : split(source, 0, '+')) {
      said.append(part.isLiteral() ? literal(part.source) : part.inner());
    }
    return said.toString().replaceAll(UNKNOWN + "+", UNKNOWN);
  }

  /** Every literal in it, wherever. */
  List<String> literals() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < source.length(); i++) {
      if (source.charAt(i) == '"') {
        int end = skipText(source, i);
        all.add(literal(source.substring(i, end)));
        i = end;
      }
    }
    return all;
  }

  private String inner() {
    Matcher formatted = FORMATTED.matcher(source);
    return formatted.matches() ? says() : UNKNOWN;
  }

  private boolean isLiteral() {
    return source.startsWith("\"") && skipText(source, 0) == source.length();
  }

  private static String literal(String quoted) {
    String text = quoted.strip();
    return text.substring(1, text.length() - 1).translateEscapes();
  }

  /** The parts between separators, up to the parenthesis that closes what {@code from} is in. */
  private static List<Expression> split(String text, int from, char separator) {
    List<Expression> parts = new ArrayList<>();
    int depth = 0;
    int begin = from;
    int i = from;
    while (i < text.length() && depth >= 0) {
      char c = text.charAt(i);
      if (c == '"') {
        i = skipText(text, i);
        continue;
      }
      if (c == '\'') {
        i = text.indexOf('\'', text.charAt(i + 1) == '\\' ? i + 3 : i + 1) + 1;
        continue;
      }
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (depth < 0 || (depth == 0 && c == separator)) {
        parts.add(new Expression(text.substring(begin, i).strip()));
        begin = i + 1;
      }
      i++;
    }
    if (depth == 0) {
      parts.add(new Expression(text.substring(begin).strip()));
    }
    return parts;
  }

  /** Where the string literal that begins at {@code i} has ended. */
  private static int skipText(String text, int i) {
    int end = i + 1;
    while (text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return end + 1;
  }
}
