package dev.berth.provisioner.cluster.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where Kubernetes' programs are.
 *
 * @param folder the folder with etcd and kube-apiserver
 */
public record Binaries(Path folder) {
  private static final String SCRIPT = "cluster/bin-dir";

  /**
   * The programs, which are built if they are not there yet; where they cannot be had, the tests
   * that ask are skipped and the reason is printed.
   */
  public static Binaries orSkip() {
    Path script =
        Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
            .map(path -> path.resolve(SCRIPT))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(SCRIPT + " is not above this folder"));
    try {
      Path errors = Files.createTempFile("bin-dir", ".log");
      Process process =
          new ProcessBuilder(script.toString()).redirectError(errors.toFile()).start();
      String folder =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      String why = Files.readString(errors).strip();
      Files.delete(errors);
      if (code != 0) {
        System.err.println("SKIPPED, no kube-apiserver can be had: " + why);
      }
      assumeTrue(code == 0, "no kube-apiserver can be had: " + why);
      return new Binaries(Path.of(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + script + " runs", e);
    }
  }
}
