package dev.berth.e2e.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A condition, and the code that the protocol gives it.
 *
 * @param request in protobuf's text format, with words that {@link World} fills in
 * @param words that the answer must have in it, or must not when they begin with {@code !}
 */
record Row(String rpc, Code code, String condition, String request, List<String> words) {
  private static final int COLUMNS = 4;

  static List<Row> all() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Row.class.getResourceAsStream("/csi-conformance.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Row::parse)
          .toList();
    }
  }

  private static Row parse(String line) {
    List<String> columns = Arrays.asList(line.split("\t", -1));
    if (columns.size() < COLUMNS) {
      throw new IllegalArgumentException("a row has rpc, code, condition, request: " + line);
    }
    return new Row(
        columns.get(0),
        Code.valueOf(columns.get(1)),
        columns.get(2),
        columns.get(3),
        columns.subList(COLUMNS, columns.size()));
  }

  static String text(Message message) {
    return TextFormat.printer().emittingSingleLine(true).printToString(message);
  }

  @Override
  public String toString() {
    return rpc + ": " + condition + " → " + code;
  }
}
