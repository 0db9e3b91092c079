package dev.berth.e2e.harness;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The command that starts the program under test, with the JVM flags of the launcher. */
final class Launch {
  private static final Duration TRAINING = Duration.ofMinutes(5);

  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx96m");

  private Launch() {}

  /** {@code berth <arguments>}. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(Beginning.WORDS);
    command.addAll(arguments);
    return command;
  }

  /** Found out when the first process is started, and once. */
  private static final class Beginning {
    static final List<String> WORDS = words();
  }

  private static List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(FLAGS);
    // A run of all tests starts the program hundreds of times: what training takes comes back.
    Optional<Path> jar = "1".equals(System.getenv("BERTH_TEST_AOT")) ? jar() : Optional.empty();
    Optional<Path> cache = jar.flatMap(file -> train(words, file));
    if (jar.isPresent() && cache.isPresent()) {
      words.add("-XX:AOTCache=" + cache.get());
      words.addAll(List.of("-Xlog:aot*=off", "-Xlog:cds*=off", "-jar", jar.get().toString()));
    } else {
      String classPath = System.getProperty("java.class.path");
      words.addAll(List.of("-Xshare:auto", "-cp", classPath, "dev.berth.program.Main"));
    }
    return List.copyOf(words);
  }

  /** The program as it was packaged, its libraries beside it; absent where only classes are. */
  private static Optional<Path> jar() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(file -> file.endsWith("berth.jar") && Files.isDirectory(file.resolveSibling("lib")))
        .findFirst();
  }

  /** An AOT cache (JEP 514) for exactly that JVM and jar; halves the time of a start. */
  private static Optional<Path> train(List<String> words, Path jar) {
    Path cache =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "berth" + System.getProperty("berth.fork", "") + ".aot");
    List<String> command = new ArrayList<>(words);
    command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-jar", jar.toString(), "train"));
    long began = System.nanoTime();
    try {
      Shell.run(TRAINING, command.toArray(String[]::new));
    } catch (IllegalStateException e) {
      System.out.println("no AOT cache, so every start takes longer: " + e.getMessage());
      return Optional.empty();
    }
    System.out.printf("AOT cache for the tests: %.0f s%n", (System.nanoTime() - began) / 1e9);
    return Optional.of(cache).filter(Files::exists);
  }
}
