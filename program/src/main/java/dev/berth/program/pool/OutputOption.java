package dev.berth.program.pool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.objects.Printer;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option {@code -o} of commands that print what the daemon tells. */
final class OutputOption {
  /** How it is printed. */
  enum Output {
    TABLE,
    JSON,
    YAML
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json|yaml",
      description = "How to print it (default: table).")
  private Output output = Output.TABLE;

  /** Prints the tree where that is wanted; false when a table is. */
  boolean print(PrintWriter out, JsonNode tree) {
    switch (output) {
      case JSON -> out.println(Printer.json(tree));
      case YAML -> out.print(Printer.yaml(tree));
      case TABLE -> {
        return false;
      }
    }
    out.flush();
    return true;
  }
}
