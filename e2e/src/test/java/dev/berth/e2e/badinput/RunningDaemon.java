package dev.berth.e2e.badinput;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import dev.berth.program.Main;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code berth up} with a pool of 1 GiB, and commands to it as a person would type them. */
final class RunningDaemon implements AutoCloseable {
  private static final List<String> KINDS =
      List.of("StorageClass", "PersistentVolumeClaim", "PersistentVolume", "Pod");

  private final Scratch scratch = new Scratch();
  private final Path root = scratch.folder("root");
  private final Path pool;
  private final BerthProcess process;

  RunningDaemon() {
    try {
      pool = scratch.filesystem("xfs", "disk", 1024).mountPoint();
      process =
          scratch.own(
              BerthProcess.serving(
                  scratch.root().resolve("berth.log"),
                  root.resolve("berth.sock"),
                  List.of(
                      "up", "--root=" + root, "--pool=disk=" + pool, "--init", "--node-id=n1")));
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  Path root() {
    return root;
  }

  Scratch scratch() {
    return scratch;
  }

  Path pool() {
    return pool;
  }

  /** Writes the manifest to a file and applies that. */
  Shell.Answer apply(String manifest) {
    Path file = scratch.root().resolve("manifest.yaml");
    try {
      Files.writeString(file, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return run("apply", "-f", file.toString());
  }

  /**
   * One command, as the program's main class runs it, but in this JVM: a hundred commands are a
   * second and not a minute.
   */
  Shell.Answer run(String verb, String... arguments) {
    List<String> line = new ArrayList<>(List.of(verb, "--root=" + root));
    line.addAll(Arrays.asList(arguments));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      System.setOut(both);
      System.setErr(both);
      int exit = Main.run(line.toArray(String[]::new));
      both.flush();
      return new Shell.Answer(exit, text.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Everything there is with its version: equal before and after what changed nothing. */
  Map<String, String> objects() {
    Map<String, String> all = new TreeMap<>();
    for (String kind : KINDS) {
      for (JsonNode object : list(kind)) {
        all.put(
            kind + "/" + object.at("/metadata/name").asText(),
            object.at("/metadata/generation").asText() + object.get("spec"));
      }
    }
    return all;
  }

  List<JsonNode> list(String kind) {
    return new ControlClient(root).list(Request.of(Verb.GET, kind, "", ""));
  }

  int stop() {
    return process.stop();
  }

  String log() {
    return process.log();
  }

  @Override
  public void close() {
    scratch.close();
  }
}
