package dev.berth.provisioner.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.Objects;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MatchTest {
  private static PersistentVolumeClaimBuilder claim() {
    return Objects.stored(Objects.claim("data", "disks"));
  }

  private static PersistentVolumeBuilder volume(String name, String size) {
    return Objects.volume(name)
        .editSpec()
        .withStorageClassName("disks")
        .withCapacity(Map.of("storage", new Quantity(size)))
        .endSpec()
        .withNewStatus()
        .withPhase("Available")
        .endStatus();
  }

  private static Optional<String> best(
      PersistentVolumeClaimBuilder claim, PersistentVolumeBuilder... volumes) {
    return Match.best(
            new Claim(claim.build()),
            List.of(volumes).stream().map(v -> new Volume(v.build())).toList(),
            false)
        .map(Volume::name);
  }

  @Test
  void the_smallest_that_is_big_enough_wins() {
    assertThat(best(claim(), volume("a", "1Gi"), volume("b", "100Mi"), volume("c", "63Mi")))
        .contains("b");
    assertThat(best(claim(), volume("exact", "64Mi"))).contains("exact");
    assertThat(best(claim(), volume("c", "63Mi"))).isEmpty();
  }

  @Test
  void a_volume_that_can_do_more_is_kept_for_who_needs_it_even_if_it_is_smaller() {
    PersistentVolumeBuilder able =
        volume("able", "64Mi")
            .editSpec()
            .withAccessModes("ReadWriteOnce", "ReadWriteMany")
            .endSpec();
    assertThat(best(claim(), able, volume("plain", "1Gi"))).contains("plain");
    assertThat(best(claim(), able)).contains("able");
  }

  @Test
  void one_that_is_being_bound_to_the_claim_stays_its_own() {
    PersistentVolumeBuilder begun =
        new PersistentVolumeBuilder(Objects.claimed(volume("begun", "1Gi"), claim().build()))
            .editSpec()
            .withAccessModes("ReadWriteOnce", "ReadWriteMany")
            .endSpec();
    assertThat(best(claim(), volume("smaller", "64Mi"), begun)).contains("begun");
  }

  @Test
  void one_that_is_reserved_by_name_is_taken_though_its_class_and_labels_are_others() {
    PersistentVolumeBuilder reserved = reserved("data");
    assertThat(best(selecting("disk", "In", "ssd"), reserved)).contains("reserved");
    assertThat(best(claim(), reserved("other"))).isEmpty();
    reserved.editSpec().withCapacity(Map.of("storage", new Quantity("1Mi"))).endSpec();
    assertThat(best(claim(), reserved)).isEmpty();
  }

  private static PersistentVolumeBuilder reserved(String claim) {
    return volume("reserved", "1Gi")
        .editSpec()
        .withStorageClassName("other")
        .withNewClaimRef()
        .withNamespace("default")
        .withName(claim)
        .endClaimRef()
        .endSpec();
  }

  private static PersistentVolumeClaimBuilder selecting(String key, String operator, String value) {
    List<String> values = value.isEmpty() ? List.of() : List.of(value);
    return claim()
        .editSpec()
        .withNewSelector()
        .withMatchExpressions(new LabelSelectorRequirement(key, operator, values))
        .endSelector()
        .endSpec();
  }

  @ParameterizedTest
  @CsvSource({
    "disk, In, ssd, true",
    "disk, In, hdd, false",
    "rack, In, one, false",
    "disk, NotIn, hdd, true",
    "disk, NotIn, ssd, false",
    "rack, NotIn, one, true",
    "disk, Exists, '', true",
    "rack, Exists, '', false",
    "disk, DoesNotExist, '', false",
    "rack, DoesNotExist, '', true",
    "disk, Unknown, ssd, false",
  })
  void expressions_are_those_of_the_api(String key, String operator, String value, boolean taken) {
    PersistentVolumeBuilder labelled =
        volume("v", "64Mi").editMetadata().addToLabels("disk", "ssd").endMetadata();
    assertThat(best(selecting(key, operator, value), labelled).isPresent()).isEqualTo(taken);
  }

  @Test
  void labels_must_all_be_there_and_an_empty_selector_selects_everything() {
    PersistentVolumeClaimBuilder picky =
        claim()
            .editSpec()
            .withNewSelector()
            .addToMatchLabels("disk", "ssd")
            .addToMatchLabels("rack", "one")
            .endSelector()
            .endSpec();
    PersistentVolumeBuilder half =
        volume("half", "64Mi").editMetadata().addToLabels("disk", "ssd").endMetadata();
    assertThat(best(picky, half)).isEmpty();
    half.editMetadata().addToLabels("rack", "one").endMetadata();
    assertThat(best(picky, half)).contains("half");
    assertThat(best(claim().editSpec().withNewSelector().endSelector().endSpec(), half))
        .contains("half");
  }

  @ParameterizedTest
  @CsvSource({"Pending", "Released", "Failed", "Bound"})
  void only_an_available_volume_is_for_anyone(String phase) {
    assertThat(best(claim(), volume("v", "64Mi").editStatus().withPhase(phase).endStatus()))
        .isEmpty();
  }

  private static Optional<String> problem(PersistentVolumeBuilder volume) {
    return Match.problem(new Volume(volume.build()), new Claim(claim().build()));
  }

  @Test
  void what_is_wrong_with_a_named_volume_is_said_in_kube_controller_managers_words() {
    assertThat(problem(volume("v", "64Mi"))).isEmpty();
    assertThat(problem(volume("v", "1Mi"))).contains("requested PV is too small");
    assertThat(problem(volume("v", "64Mi").editSpec().withStorageClassName("").endSpec()))
        .contains("storageClassName does not match");
    assertThat(
            problem(volume("v", "64Mi").editSpec().withVolumeAttributesClassName("gold").endSpec()))
        .contains("volumeAttributesClassName does not match");
    assertThat(problem(volume("v", "64Mi").editSpec().withVolumeMode("Block").endSpec()))
        .contains("incompatible volumeMode");
    assertThat(problem(volume("v", "64Mi").editSpec().withAccessModes("ReadOnlyMany").endSpec()))
        .contains("incompatible accessMode");
    assertThat(problem(volume("v", "64Mi").editMetadata().withDeletionTimestamp("x").endMetadata()))
        .contains("the volume is marked for deletion \"v\"");
  }

  @Test
  void on_a_node_the_smallest_that_it_reaches_and_that_no_other_claim_gets_is_taken() {
    List<Volume> all =
        List.of(volume("a", "64Mi"), volume("b", "65Mi"), volume("c", "66Mi")).stream()
            .map(v -> new Volume(v.build()))
            .toList();
    Claim claim = new Claim(claim().build());
    assertThat(Match.onNode(claim, all, v -> !v.name().equals("a"), Set.of()).map(Volume::name))
        .contains("b");
    assertThat(Match.onNode(claim, all, v -> !v.name().equals("a"), Set.of("b")).map(Volume::name))
        .contains("c");
    assertThat(Match.onNode(claim, all, _ -> false, Set.of())).isEmpty();
  }

  @Provide
  Arbitrary<List<PersistentVolume>> volumes() {
    Arbitrary<PersistentVolume> one =
        Combinators.combine(
                Arbitraries.integers().between(1, 6),
                Arbitraries.of("ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany").set().ofMinSize(1),
                Arbitraries.of("Filesystem", "Block"),
                Arbitraries.of("disks", "", "other"),
                Arbitraries.of("Available", "Released"),
                Arbitraries.of("ssd", "hdd"))
            .as(
                (size, modes, mode, klass, phase, disk) ->
                    volume("pv", size + "Gi")
                        .editMetadata()
                        .addToLabels("disk", disk)
                        .endMetadata()
                        .editSpec()
                        .withAccessModes(List.copyOf(modes))
                        .withVolumeMode(mode)
                        .withStorageClassName(klass)
                        .endSpec()
                        .editStatus()
                        .withPhase(phase)
                        .endStatus()
                        .build());
    return one.list().ofMaxSize(12);
  }

  /** What the claim asks for, said without the code that is tested. */
  private static boolean legal(PersistentVolume volume, int size, String disk) {
    return new Volume(volume).capacity().value() >= ((long) size << 30)
        && volume.getSpec().getAccessModes().contains("ReadWriteOnce")
        && volume.getSpec().getVolumeMode().equals("Filesystem")
        && volume.getSpec().getStorageClassName().equals("disks")
        && volume.getStatus().getPhase().equals("Available")
        && disk.equals(volume.getMetadata().getLabels().get("disk"));
  }

  @Property
  void the_chosen_volume_is_legal_and_no_other_legal_one_comes_before_it(
      @ForAll("volumes") List<PersistentVolume> volumes) {
    PersistentVolumeClaimBuilder asks =
        selecting("disk", "In", "ssd")
            .editSpec()
            .withNewResources()
            .withRequests(Map.of("storage", new Quantity("3Gi")))
            .endResources()
            .endSpec();
    List<PersistentVolume> legal = volumes.stream().filter(v -> legal(v, 3, "ssd")).toList();
    Optional<Volume> chosen =
        Match.best(new Claim(asks.build()), volumes.stream().map(Volume::new).toList(), false);
    assertThat(chosen.isPresent()).isEqualTo(!legal.isEmpty());
    chosen.ifPresent(
        best -> {
          assertThat(legal).contains(best.raw());
          int modes = best.accessModes().size();
          assertThat(legal)
              .allSatisfy(
                  other ->
                      assertThat(other.getSpec().getAccessModes())
                          .hasSizeGreaterThanOrEqualTo(modes));
          assertThat(legal)
              .filteredOn(other -> other.getSpec().getAccessModes().size() == modes)
              .noneMatch(other -> new Volume(other).capacity().isLessThan(best.capacity()));
        });
  }
}
