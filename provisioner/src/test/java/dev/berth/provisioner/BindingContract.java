package dev.berth.provisioner;

import static dev.berth.provisioner.Disks.at;
import static dev.berth.provisioner.Disks.byHand;
import static dev.berth.provisioner.Disks.claim;
import static dev.berth.provisioner.Disks.classless;
import static dev.berth.provisioner.Disks.disk;
import static dev.berth.provisioner.Disks.keptFor;
import static dev.berth.provisioner.Disks.local;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of claims and volumes that are bound. */
abstract class BindingContract extends WaitingContract {
  @TempDir Path folder;

  private void delete(Kind<?> kind, String name) {
    Key key = kind.namespaced() ? Key.of("default", name) : Key.of(name);
    cluster.delete(kind, key, Preconditions.NONE);
  }

  private void gone(Kind<?> kind, String name) {
    Key key = kind.namespaced() ? Key.of("default", name) : Key.of(name);
    await().atMost(StandaloneBinder.PATIENCE).until(() -> cluster.getLive(kind, key).isEmpty());
  }

  /** What a person does to a Retained volume. */
  private void edit(String volume, UnaryOperator<PersistentVolumeBuilder> edit) {
    await()
        .atMost(StandaloneBinder.PATIENCE)
        .until(
            () -> {
              try {
                var stored = new PersistentVolumeBuilder(binder.volume(volume).raw());
                cluster.replace(edit.apply(stored).build());
                return true;
              } catch (ClusterException.Conflict _) {
                return false;
              }
            });
  }

  @Test
  void a_retained_volume_serves_again_only_after_its_claim_ref_is_cleared() {
    available(disk("pv", "1Gi", "").build());
    boundOf(claim("first", "50Mi", "").build());
    delete(Kind.CLAIM, "first");
    binder.volumeBecomes("pv", "Released");
    pends(claim("second", "50Mi", "").build(), "FailedBinding: no persistent volumes available");
    edit("pv", v -> v.editSpec().withClaimRef(null).endSpec());
    assertThat(binder.boundVolume("second")).isEqualTo("pv");
  }

  @Test
  void clearing_the_uid_alone_keeps_a_volume_for_the_name() {
    available(disk("pv", "1Gi", "").build());
    boundOf(claim("data", "50Mi", "").build());
    delete(Kind.CLAIM, "data");
    binder.volumeBecomes("pv", "Released");
    edit("pv", v -> v.editSpec().editClaimRef().withUid(null).endClaimRef().endSpec());
    binder.volumeBecomes("pv", "Available");
    pends(claim("other", "50Mi", "").build(), "FailedBinding: no persistent volumes available");
    assertThat(boundOf(claim("data", "50Mi", "").build())).isEqualTo("pv");
  }

  @Test
  void a_volume_kept_for_a_claim_that_is_gone_is_released() {
    cluster.create(keptFor(disk("pv", "1Gi", ""), "data", "uid-of-one-that-is-gone").build());
    binder.volumeBecomes("pv", "Released");
    pends(claim("data", "50Mi", "").build(), "FailedBinding: no persistent volumes available");
  }

  @Test
  void a_volume_kept_by_uid_is_bound_to_that_very_claim() {
    HasMetadata claim = cluster.create(claim("data", "50Mi", "disks").build());
    cluster.create(
        keptFor(disk("pv", "1Gi", "disks"), "data", claim.getMetadata().getUid()).build());
    assertThat(binder.boundVolume("data")).isEqualTo("pv");
  }

  @Test
  void a_recycled_volume_is_emptied_follows_no_link_out_and_serves_the_next_claim()
      throws IOException {
    Path outside = Files.createDirectories(folder.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Path root = folder.toRealPath().resolve("volume");
    Path volume = Files.createDirectories(root.resolve("a/b"));
    Files.writeString(volume.resolve("old"), "secret");
    Files.createSymbolicLink(root.resolve("out"), outside);
    available(at(disk("pv", "1Gi", ""), root, "Recycle").build());
    boundOf(claim("first", "50Mi", "").build());
    delete(Kind.CLAIM, "first");
    binder.told(binder.volume("pv").raw(), "VolumeRecycled: Volume recycled");
    assertThat(boundOf(claim("second", "50Mi", "").build())).isEqualTo("pv");
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).isEmpty();
    }
    assertThat(outside.resolve("precious")).exists();
  }

  @Test
  void what_cannot_be_emptied_is_failed_until_it_can() throws IOException {
    Path root = folder.toRealPath().resolve("missing");
    available(at(disk("pv", "1Gi", ""), root, "Recycle").build());
    boundOf(claim("first", "50Mi", "").build());
    delete(Kind.CLAIM, "first");
    String why = "Recycle failed: " + root + ": no such file or folder";
    assertThat(binder.volumeBecomes("pv", "Failed").raw().getStatus().getMessage()).isEqualTo(why);
    binder.told(binder.volume("pv").raw(), "VolumeFailedRecycle: " + why);
    Files.createDirectories(root);
    binder.volumeBecomes("pv", "Available");
    assertThat(binder.volume("pv").raw().getStatus().getMessage()).isNull();
  }

  @Test
  void kinds_that_kubernetes_does_not_recycle_or_delete_fail_and_say_so() {
    available(
        local("local", "1Gi", "", FakeCsi.NODE)
            .editSpec()
            .withPersistentVolumeReclaimPolicy("Recycle")
            .endSpec()
            .build());
    boundOf(claim("one", "50Mi", "").build());
    available(at(disk("folder", "1Gi", ""), folder, "Delete").build());
    boundOf(claim("two", "50Mi", "").build());
    delete(Kind.CLAIM, "one");
    delete(Kind.CLAIM, "two");
    binder.volumeBecomes("local", "Failed");
    binder.told(
        binder.volume("local").raw(),
        "VolumeFailedRecycle: No recycler plugin found for the volume!");
    binder.volumeBecomes("folder", "Failed");
    binder.told(
        binder.volume("folder").raw(),
        "VolumeFailedDelete: error getting deleter volume plugin for volume \"folder\": no"
            + " deletable volume plugin matched");
    edit("folder", v -> v.editSpec().withClaimRef(null).endSpec());
    binder.volumeBecomes("folder", "Available");
  }

  @Test
  void a_claim_whose_volume_is_taken_away_is_lost_and_bound_again_when_it_returns() {
    available(disk("pv", "1Gi", "").build());
    boundOf(claim("data", "50Mi", "").build());
    delete(Kind.VOLUME, "pv"); // protected while it is bound
    assertThat(binder.volume("pv").deleting()).isTrue();
    cluster.patch(
        Kind.VOLUME, Key.of("pv"), JsonPatch.of(JsonPatch.remove("/metadata/finalizers")));
    binder.claimBecomes("data", "Lost");
    binder.told(
        binder.claim("data").raw(),
        "ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    cluster.create(disk("pv", "1Gi", "").build());
    assertThat(binder.boundVolume("data")).isEqualTo("pv");
  }

  @Test
  void a_claim_that_a_pod_uses_stays_until_the_pod_is_gone() {
    available(disk("pv", "1Gi", "").build());
    boundOf(claim("data", "50Mi", "").build());
    cluster.create(
        new PodBuilder(podOf("web", "data"))
            .editSpec()
            .withNodeName(FakeCsi.NODE)
            .withTerminationGracePeriodSeconds(0L)
            .endSpec()
            .build());
    delete(Kind.CLAIM, "data");
    assertThat(binder.claimBecomes("data", c -> c.deleting()).phase()).isEqualTo("Bound");
    assertThat(binder.volume("pv").phase()).isEqualTo("Bound");
    delete(Kind.POD, "web");
    gone(Kind.CLAIM, "data");
    binder.volumeBecomes("pv", "Released");
  }

  @Test
  void of_several_default_classes_the_newest_counts() {
    cluster.create(Disks.asDefault("old"));
    String second = now();
    await().atMost(StandaloneBinder.PATIENCE).until(() -> !now().equals(second)); // their stamps
    cluster.create(Disks.asDefault("a-new"));
    // A real API server gives the class itself, and hears of a new one in its time.
    Iterator<Integer> numbers = IntStream.iterate(0, i -> i + 1).iterator();
    await()
        .atMost(StandaloneBinder.PATIENCE)
        .until(
            () -> {
              String name = "data-" + numbers.next();
              cluster.create(classless(name, "50Mi").build());
              binder.boundVolume(name);
              return binder.claim(name).className().orElseThrow().equals("a-new");
            });
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Test
  void what_is_made_by_hand_is_never_made_by_us() {
    cluster.create(byHand("hand", "Immediate"));
    pends(
        claim("data", "50Mi", "hand").build(),
        "ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner");
    cluster.create(disk("pv", "1Gi", "hand").build());
    assertThat(binder.boundVolume("data")).isEqualTo("pv");
    assertThat(binder.csi().made()).isZero();
  }
}
