package dev.berth.program.demo;

import dev.berth.program.Fault;
import dev.berth.program.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line that starts this program again: the same Java, the same flags, other arguments.
 */
final class OwnCommand {
  private OwnCommand() {}

  static List<String> with(List<String> arguments) {
    try {
      List<String> own =
          Arrays.asList(Files.readString(Path.of("/proc/self/cmdline")).split("\0", 0));
      return with(own, arguments);
    } catch (IOException e) {
      throw new Fault("cannot read how this program was started: " + e.getMessage(), e);
    }
  }

  static List<String> with(List<String> own, List<String> arguments) {
    int jar = own.indexOf("-jar");
    int main = jar >= 0 ? jar + 1 : own.indexOf(Main.class.getName());
    // In a test another main class runs; its class path holds the program all the same.
    List<String> command =
        main >= 0
            ? new ArrayList<>(own.subList(0, main + 1))
            : new ArrayList<>(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
    command.addAll(arguments);
    return command;
  }
}
