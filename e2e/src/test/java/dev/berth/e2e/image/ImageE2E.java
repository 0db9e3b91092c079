package dev.berth.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.csi.v1.CapacityRange;
import dev.berth.csi.v1.CreateVolumeRequest;
import dev.berth.csi.v1.DeleteVolumeRequest;
import dev.berth.csi.v1.GetPluginInfoRequest;
import dev.berth.csi.v1.NodePublishVolumeRequest;
import dev.berth.csi.v1.NodeStageVolumeRequest;
import dev.berth.csi.v1.NodeUnpublishVolumeRequest;
import dev.berth.csi.v1.NodeUnstageVolumeRequest;
import dev.berth.csi.v1.ProbeRequest;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode;
import dev.berth.csi.v1.VolumeCapability.MountVolume;
import dev.berth.e2e.harness.BerthImage;
import dev.berth.e2e.harness.DockerEngine;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.testcontainers.DockerClientFactory;

/** The image that the Dockerfile makes, in a real engine. */
class ImageE2E {
  private static final long SIZE = 320L << 20;
  private static final Scratch SHARED = new Scratch();

  @SuppressWarnings("NullAway.Init")
  private static DockerEngine docker;

  @SuppressWarnings("NullAway.Init")
  private static Path disk;

  @SuppressWarnings("NullAway.Init")
  private Scratch scratch;

  @SuppressWarnings("NullAway.Init")
  private Path pool;

  @BeforeAll
  static void start_an_engine_with_the_image() {
    assumeTrue(Files.isWritable(Path.of("/dev")), "SKIPPED: an engine needs root");
    Path archive = BerthImage.archive();
    // Before the engine: it sees the mounts that were there when it started.
    disk = SHARED.filesystem("xfs", "disk", 4096).mountPoint();
    docker = SHARED.own(DockerEngine.start(SHARED.root().resolve("docker")));
    docker.load(archive);
    // What Testcontainers connects to: testcontainers.properties sends it here.
    System.setProperty("DOCKER_HOST", docker.host());
  }

  @AfterAll
  static void stop_the_engine() {
    // At the end of the JVM Testcontainers looks for containers to remove, which ended long before.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          if (!DockerClientFactory.TESTCONTAINERS_THREAD_GROUP.equals(thread.getThreadGroup())) {
            e.printStackTrace();
          }
        });
    SHARED.close();
  }

  @BeforeEach
  void begin(TestInfo test) throws IOException {
    scratch = new Scratch();
    pool = Files.createDirectory(disk.resolve(test.getDisplayName().replaceAll("\\W", "")));
  }

  @AfterEach
  void end() {
    scratch.close();
  }

  private CsiContainer start(CsiContainer.Options options) {
    return CsiContainer.start(scratch, "csi", pool, options);
  }

  @Test
  void serves_csi_without_a_privilege_a_network_or_a_file_to_write() {
    CsiContainer berth = start(CsiContainer.Options.NONE);

    assertThat(
            berth.csi().identity().probe(ProbeRequest.getDefaultInstance()).getReady().getValue())
        .isTrue();
    assertThat(
            berth
                .csi()
                .identity()
                .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
                .getName())
        .isEqualTo("local.berth.dev");
    for (String filesystem : List.of("xfs", "ext4")) {
      String id = create(berth, filesystem);
      assertThat(images()).hasSize(1);
      assertThat(Shell.run("blkid", "-o", "value", "-s", "TYPE", images().getFirst()).strip())
          .isEqualTo(filesystem);
      var _ =
          berth
              .csi()
              .controller()
              .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
      assertThat(images()).isEmpty();
    }
    assertThat(berth.log()).contains("pool disk at " + pool);
    assertThat(berth.stop()).as("exit code of a stop").isZero();
  }

  @Test
  void says_what_it_lacks_when_it_is_asked_to_mount_without_the_privilege() {
    CsiContainer berth = start(CsiContainer.Options.NONE);
    String id = create(berth, "xfs");
    Path staging = scratch.folder("csi/staging");
    assertThatThrownBy(() -> stage(berth, id, staging, "xfs"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("/dev/loop");
  }

  @Test
  void mounts_what_its_own_mkfs_made_when_it_may() {
    CsiContainer berth = start(CsiContainer.Options.NONE.mounting());
    for (String filesystem : List.of("xfs", "ext4")) {
      String id = create(berth, filesystem);
      Path staging = scratch.folder("csi/staging-" + filesystem);
      Path target = staging.resolveSibling("target-" + filesystem);
      stage(berth, id, staging, filesystem);
      var _ =
          berth
              .csi()
              .node()
              .nodePublishVolume(
                  NodePublishVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setStagingTargetPath(staging.toString())
                      .setTargetPath(target.toString())
                      .setVolumeCapability(capability(filesystem))
                      .build());
      assertThat(berth.run("sh", "-c", "echo x >" + target + "/f && cat " + staging + "/f"))
          .isEqualTo("x\n");
      var _ =
          berth
              .csi()
              .node()
              .nodeUnpublishVolume(
                  NodeUnpublishVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setTargetPath(target.toString())
                      .build());
      var _ =
          berth
              .csi()
              .node()
              .nodeUnstageVolume(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setStagingTargetPath(staging.toString())
                      .build());
    }
    assertThat(Scratch.loopsBelow(pool)).isEmpty();
  }

  @Test
  void starts_from_its_aot_cache_and_says_so_when_it_has_to_start_without_it() throws IOException {
    CsiContainer with = CsiContainer.start(scratch, "with", pool, CsiContainer.Options.NONE);
    assertThat(with.log()).doesNotContain("AOT");
    assertThat(with.stop()).isZero();

    Path damaged = Files.writeString(scratch.root().resolve("damaged.aot"), "not a cache");
    CsiContainer without =
        CsiContainer.start(scratch, "without", pool, CsiContainer.Options.NONE.aotCache(damaged));
    assertThat(without.log())
        .contains("An error has occurred while processing the AOT cache")
        .contains("CSI services answer on");
    System.out.printf(
        "image, start of the container to the first answer: %d ms with the AOT cache, %d ms without%n",
        with.firstAnswer().toMillis(), without.firstAnswer().toMillis());
    assertThat(without.stop()).isZero();
  }

  @Test
  void a_wrong_command_line_ends_with_2_and_a_line_that_says_what_is_wrong() {
    Shell.Answer answer = run("csi");
    assertThat(answer.exit()).isEqualTo(2);
    assertThat(answer.output()).contains("berth: --endpoint is not given");
  }

  @Test
  void a_pool_that_is_no_pool_ends_with_1_and_says_why() {
    Shell.Answer answer =
        run("csi", "--endpoint=unix:///tmp/csi.sock", "--root=/tmp", "--pool=disk=/nowhere");
    assertThat(answer.exit()).as(answer.output()).isEqualTo(1);
    assertThat(answer.output()).contains("/nowhere");
  }

  @Test
  void prints_its_version() {
    Shell.Answer answer = run("version");
    assertThat(answer.exit()).isZero();
    assertThat(answer.output()).startsWith("berth ").contains("CSI 1.13");
  }

  /** Runs the image to its end, which is soon. */
  private static Shell.Answer run(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp", BerthImage.NAME));
    all.addAll(List.of(arguments));
    return docker.ask(all.toArray(String[]::new));
  }

  private static VolumeCapability capability(String filesystem) {
    return VolumeCapability.newBuilder()
        .setMount(MountVolume.newBuilder().setFsType(filesystem))
        .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
        .build();
  }

  private static String create(CsiContainer berth, String filesystem) {
    return berth
        .csi()
        .controller()
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setName("data-" + filesystem)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(SIZE))
                .addVolumeCapabilities(capability(filesystem))
                .build())
        .getVolume()
        .getVolumeId();
  }

  private static void stage(CsiContainer berth, String id, Path staging, String filesystem) {
    var _ =
        berth
            .csi()
            .node()
            .nodeStageVolume(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .setVolumeCapability(capability(filesystem))
                    .build());
  }

  /** The images of the volumes in the pool. */
  private List<String> images() {
    try (var volumes = Files.list(pool.resolve("volumes"))) {
      return volumes.map(volume -> volume.resolve("image").toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
