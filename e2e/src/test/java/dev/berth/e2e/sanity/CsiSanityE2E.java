package dev.berth.e2e.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * csi-sanity against {@code berth csi} on a pool of each kind, for filesystems and for raw block
 * volumes.
 */
class CsiSanityE2E {
  private static final long VOLUME = 320L << 20;
  private static final long EXPANDED = 384L << 20;

  @ParameterizedTest(name = "csi-sanity passes on an {0} pool with {1} volumes")
  @CsvSource({"ext4,mount", "ext4,block", "xfs,mount", "xfs,block", "btrfs,mount", "btrfs,block"})
  void csi_sanity_passes(String pool, String accessType) throws IOException {
    passes(pool, accessType, List.of("--driver=local"), "image", SanityReport.expectedSkips());
  }

  @ParameterizedTest(name = "csi-sanity passes on a shared {0} pool with {1} volumes, kind {2}")
  @CsvSource({"xfs,mount,image", "ext4,block,image", "btrfs,mount,directory"})
  void csi_sanity_passes_on_a_shared_pool(String pool, String accessType, String volumes)
      throws IOException {
    passes(
        pool,
        accessType,
        List.of("--driver=shared", "--max-volumes-per-node=4"),
        volumes,
        SanityReport.expectedSkipsOfShared());
  }

  private static void passes(
      String pool,
      String accessType,
      List<String> driver,
      String volumes,
      List<String> expectedSkips)
      throws IOException {
    Path sanity = Repository.root().resolve(".cache/bin/csi-sanity");
    assumeTrue(
        Files.isExecutable(sanity),
        "csi-sanity is not installed; ./dev test installs it where there is a Go toolchain");
    try (Scratch scratch = new Scratch()) {
      Path disk = scratch.filesystem(pool, "disk", 8192).mountPoint();
      Path socket = scratch.root().resolve("csi.sock");
      Path mutable = scratch.root().resolve("mutable.yaml");
      String queue = "readAhead: 256Ki\nscheduler: none\ndiscard: \"on\"\n";
      Files.writeString(
          mutable, "undelete: 0s\n" + (volumes.equals("directory") ? "" : queue)); // has no device
      Path parameters = scratch.root().resolve("parameters.yaml");
      Files.writeString(parameters, "kind: " + volumes + "\n");
      Path report = scratch.root().resolve("report.json");
      scratch.own(
          BerthProcess.serving(
              scratch.root().resolve("berth.log"),
              socket,
              Stream.concat(
                      Stream.of(
                          "csi",
                          "--endpoint=unix://" + socket,
                          "--root=" + scratch.folder("root"),
                          "--pool=disk=" + disk,
                          "--init",
                          "--node-id=node-1"),
                      driver.stream())
                  .toList()));

      Shell.Answer answer =
          Shell.ask(
              Duration.ofMinutes(5),
              sanity.toString(),
              "--ginkgo.no-color",
              "--ginkgo.json-report=" + report,
              "--csi.endpoint=unix://" + socket,
              "--csi.mountdir=" + scratch.root().resolve("mount"),
              "--csi.stagingdir=" + scratch.root().resolve("staging"),
              "--csi.testvolumesize=" + VOLUME,
              "--csi.testvolumeexpandsize=" + EXPANDED,
              "--csi.testvolumeparameters=" + parameters,
              "--csi.testvolumemutableparameters=" + mutable,
              "--csi.testnodevolumeattachlimit", // skipped by a driver that publishes nothing
              "--csi.testvolumeaccesstype=" + accessType);

      SanityReport result = SanityReport.read(report);
      System.out.println(
          "csi-sanity on " + driver + " " + pool + ", " + accessType + ": " + result.summary());
      assertThat(result.failed()).as("%s", answer.output()).isEmpty();
      assertThat(answer.exit()).as("%s", answer.output()).isZero();
      assertThat(result.skipped())
          .as("the skips are exactly what the driver does not offer yet")
          .containsExactlyInAnyOrderElementsOf(expectedSkips);
      assertThat(scratch.mounts()).as("mounts left behind").containsExactly(disk.toString());
      assertThat(Scratch.loopsBelow(disk)).as("loop devices left behind").isEmpty();
      assertThat(disk.resolve("volumes")).isEmptyDirectory();
    }
  }
}
