package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What holds of every cluster: of the embedded one and of a real API server. It asserts nothing
 * that only one of them does.
 */
public abstract class ClusterContract {
  private static final String FINALIZER = "test.berth.dev/hold";

  private String namespace = "";

  /** The cluster under test; what a test leaves in it must not disturb the next one. */
  protected abstract Cluster cluster();

  /** Brings the cluster up, before each test. */
  protected abstract void open();

  @BeforeEach
  void make_a_namespace_of_its_own() {
    open();
    namespace = "contract-" + UUID.randomUUID();
    cluster()
        .create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
  }

  @Test
  void a_created_object_has_identity_version_and_time() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    assertThat(made.getMetadata().getResourceVersion()).isNotEmpty();
    assertThat(Instant.parse(made.getMetadata().getCreationTimestamp()))
        .isBefore(Instant.now().plusSeconds(60));
    assertThat(made.getData()).containsEntry("value", "1");
  }

  @Test
  void what_was_written_is_read_at_once_from_the_cache_and_live() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).contains(made);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(made);
    ConfigMap changed = cluster().replace(with(made, "2"));
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).contains(changed);
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThat(cluster().get(Kind.CONFIG_MAP, key("a"))).isEmpty();
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  void a_taken_name_is_refused_by_name() {
    cluster().create(map("a", "1"));
    assertThatExceptionOfType(ClusterException.AlreadyExists.class)
        .isThrownBy(() -> cluster().create(map("a", "2")))
        .withMessage("configmaps \"a\" already exists");
  }

  @Test
  void an_object_cannot_be_created_in_a_namespace_that_does_not_exist() {
    ConfigMap lost =
        new ConfigMapBuilder(map("a", "1"))
            .editMetadata()
            .withNamespace("nowhere")
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().create(lost))
        .withMessage("namespaces \"nowhere\" not found");
  }

  @Test
  void an_object_with_a_resource_version_cannot_be_created() {
    ConfigMap old = cluster().create(map("a", "1"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().create(old))
        .withMessage("resourceVersion should not be set on objects to be created");
  }

  @Test
  void a_generated_name_begins_as_asked_and_is_new_each_time() {
    ConfigMap wanted =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withGenerateName("made-")
            .endMetadata()
            .build();
    String first = cluster().create(wanted).getMetadata().getName();
    String second = cluster().create(wanted).getMetadata().getName();
    assertThat(first).startsWith("made-").hasSize("made-".length() + 5).isNotEqualTo(second);
  }

  @Test
  void a_bad_name_is_invalid_and_names_the_field() {
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().create(map("Not_A_Name", "1")))
        .satisfies(
            e ->
                assertThat(e.causes())
                    .extracting(FieldError::field)
                    .containsExactly("metadata.name"))
        .withMessageStartingWith(
            "ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": ");
  }

  @Test
  void an_object_that_is_not_there_is_absent_to_reads_and_not_found_to_writes() {
    assertThat(cluster().get(Kind.CLAIM, key("x"))).isEmpty();
    assertThat(cluster().getLive(Kind.CLAIM, key("x"))).isEmpty();
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().delete(Kind.CLAIM, key("x"), Preconditions.NONE))
        .withMessage("persistentvolumeclaims \"x\" not found");
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(() -> cluster().replaceStatus(claim("x")))
        .withMessage("persistentvolumeclaims \"x\" not found");
    assertThatExceptionOfType(ClusterException.NotFound.class)
        .isThrownBy(
            () -> cluster().delete(Kind.STORAGE_CLASS, Key.of("no-such-class"), Preconditions.NONE))
        .withMessage("storageclasses.storage.k8s.io \"no-such-class\" not found");
  }

  @Test
  void a_replace_of_an_older_version_conflicts_and_changes_nothing() {
    ConfigMap seen = cluster().create(map("a", "1"));
    ConfigMap newest = cluster().replace(with(seen, "2"));
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replace(with(seen, "3")))
        .withMessage(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your"
                + " changes to the latest version and try again");
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(newest);
  }

  @Test
  void a_replace_without_a_version_is_unconditional() {
    cluster().replace(with(cluster().create(map("a", "1")), "2"));
    assertThat(cluster().replace(map("a", "3")).getData()).containsEntry("value", "3");
  }

  @Test
  void a_replace_meant_for_a_namesake_conflicts() {
    ConfigMap first = cluster().create(map("a", "1"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    cluster().create(map("a", "2"));
    ConfigMap late =
        new ConfigMapBuilder(with(first, "3"))
            .editMetadata()
            .withResourceVersion(null)
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replace(late));
    assertThat(value("a")).isEqualTo("2");
  }

  @Test
  void a_replace_that_changes_nothing_makes_no_version() {
    ConfigMap made = cluster().create(map("a", "1"));
    assertThat(cluster().replace(made).getMetadata().getResourceVersion())
        .isEqualTo(made.getMetadata().getResourceVersion());
  }

  @Test
  void a_replace_keeps_what_belongs_to_the_system() {
    ConfigMap made = cluster().create(map("a", "1"));
    ConfigMap forged =
        new ConfigMapBuilder(with(made, "2"))
            .editMetadata()
            .withCreationTimestamp("2001-01-01T00:00:00Z")
            .withDeletionTimestamp("2001-01-01T00:00:00Z")
            .endMetadata()
            .build();
    ConfigMap stored = cluster().replace(forged);
    assertThat(stored.getMetadata().getCreationTimestamp())
        .isEqualTo(made.getMetadata().getCreationTimestamp());
    assertThat(stored.getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());
    assertThat(stored.getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void spec_and_status_are_written_apart() {
    PersistentVolumeClaim asked =
        new PersistentVolumeClaimBuilder(claim("c"))
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build();
    PersistentVolumeClaim made = cluster().create(asked);
    assertThat(made.getStatus().getPhase()).isEqualTo("Pending");

    PersistentVolumeClaim both =
        new PersistentVolumeClaimBuilder(made)
            .editMetadata()
            .addToLabels("l", "v")
            .endMetadata()
            .editStatus()
            .withPhase("Lost")
            .endStatus()
            .build();
    PersistentVolumeClaim labelled = cluster().replace(both);
    assertThat(labelled.getMetadata().getLabels()).containsEntry("l", "v");
    assertThat(labelled.getStatus().getPhase()).isEqualTo("Pending");

    PersistentVolumeClaim status =
        new PersistentVolumeClaimBuilder(labelled)
            .editMetadata()
            .removeFromLabels("l")
            .endMetadata()
            .editStatus()
            .withPhase("Lost")
            .endStatus()
            .build();
    PersistentVolumeClaim lost = cluster().replaceStatus(status);
    assertThat(lost.getStatus().getPhase()).isEqualTo("Lost");
    assertThat(lost.getMetadata().getLabels()).containsEntry("l", "v");
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().replaceStatus(status));
  }

  @Test
  void a_claim_cannot_be_made_smaller_or_other_than_it_was() {
    PersistentVolumeClaim made = cluster().create(claim("c"));
    PersistentVolumeClaim other =
        new PersistentVolumeClaimBuilder(made)
            .editSpec()
            .withAccessModes("ReadOnlyMany")
            .endSpec()
            .build();
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().replace(other))
        .satisfies(
            e -> assertThat(e.causes()).extracting(FieldError::field).containsExactly("spec"));
  }

  @Test
  void a_patch_is_applied_whole_or_not_at_all() {
    cluster().create(map("a", "1"));
    ConfigMap patched =
        cluster()
            .patch(
                Kind.CONFIG_MAP,
                key("a"),
                JsonPatch.of(
                    JsonPatch.test("/data/value", "1"),
                    new JsonPatch.Op.Replace("/data/value", TextNode.valueOf("2")),
                    JsonPatch.add("/data/more", "x")));
    assertThat(patched.getData()).isEqualTo(Map.of("value", "2", "more", "x"));
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(
            () ->
                cluster()
                    .patch(
                        Kind.CONFIG_MAP,
                        key("a"),
                        JsonPatch.of(
                            JsonPatch.remove("/data/more"), JsonPatch.test("/data/value", "1"))));
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(patched);
  }

  @Test
  void a_deletion_asks_for_the_object_that_was_seen() {
    ConfigMap seen = cluster().create(map("a", "1"));
    cluster().replace(with(seen, "2"));
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(
            () -> cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.unchanged(seen)));
    Preconditions another =
        new Preconditions(Optional.of(UUID.randomUUID().toString()), Optional.empty());
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster().delete(Kind.CONFIG_MAP, key("a"), another));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.sameObject(seen));
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  void an_object_with_a_finalizer_waits_for_it() {
    cluster().create(held("a"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    ConfigMap going = cluster().getLive(Kind.CONFIG_MAP, key("a")).orElseThrow();
    assertThat(going.getMetadata().getDeletionTimestamp()).isNotEmpty();

    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).contains(going);

    JsonPatch release =
        JsonPatch.of(
            JsonPatch.test("/metadata/finalizers/0", FINALIZER),
            JsonPatch.remove("/metadata/finalizers/0"));
    cluster().patch(Kind.CONFIG_MAP, key("a"), release);
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  void an_object_that_goes_takes_no_new_finalizer() {
    cluster().create(held("a"));
    cluster().delete(Kind.CONFIG_MAP, key("a"), Preconditions.NONE);
    ConfigMap going = cluster().getLive(Kind.CONFIG_MAP, key("a")).orElseThrow();
    ConfigMap more =
        new ConfigMapBuilder(going)
            .editMetadata()
            .addToFinalizers("test.berth.dev/more")
            .endMetadata()
            .build();
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster().replace(more))
        .satisfies(
            e ->
                assertThat(e.causes())
                    .extracting(FieldError::field)
                    .containsExactly("metadata.finalizers"));
    cluster()
        .replace(new ConfigMapBuilder(going).editMetadata().withFinalizers().endMetadata().build());
    assertThat(cluster().getLive(Kind.CONFIG_MAP, key("a"))).isEmpty();
  }

  @Test
  void lists_are_narrowed_by_index() {
    cluster().create(claim("plain"));
    cluster()
        .create(
            new PersistentVolumeClaimBuilder(claim("named"))
                .editSpec()
                .withVolumeName("pv-" + namespace)
                .endSpec()
                .build());
    cluster()
        .create(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim()
                .withClaimName("plain")
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build());
    assertThat(names(Index.BY_NAMESPACE, namespace)).containsExactly("named", "plain");
    assertThat(names(Index.CLAIM_BY_VOLUME, "pv-" + namespace)).containsExactly("named");
    assertThat(cluster().list(Kind.POD, Index.POD_BY_CLAIM, namespace + "/plain")).hasSize(1);
    assertThat(cluster().list(Kind.POD, Index.POD_BY_CLAIM, namespace + "/named")).isEmpty();
  }

  @Test
  void a_watch_begins_with_what_is_there_and_tells_every_newest_state() {
    ConfigMap before = cluster().create(map("before", "1"));
    var told = new ConcurrentLinkedQueue<Change<ConfigMap>>();
    try (Subscription _ = cluster().watch(Kind.CONFIG_MAP, told::add)) {
      await().until(() -> mine(told).equals(List.of(new Change.Added<>(before))));
      ConfigMap made = cluster().create(map("later", "1"));
      await().until(() -> mine(told).contains(new Change.Added<>(made)));
      ConfigMap changed = cluster().replace(with(made, "2"));
      await().until(() -> mine(told).contains(new Change.Modified<>(made, changed)));
      cluster().delete(Kind.CONFIG_MAP, key("later"), Preconditions.NONE);
      await()
          .until(
              () ->
                  mine(told).getLast() instanceof Change.Deleted<?>(var gone)
                      && gone.getMetadata().getName().equals("later"));
      assertThat(mine(told)).hasSize(4);
    }
  }

  @Test
  void a_listener_that_fails_is_told_the_next_change_too() {
    var told = new ConcurrentLinkedQueue<String>();
    try (Subscription _ =
        cluster()
            .watch(
                Kind.CONFIG_MAP,
                change -> {
                  told.add(change.key().toString());
                  throw new IllegalStateException("a listener of the test fails on purpose");
                })) {
      cluster().create(map("a", "1"));
      await().until(() -> told.contains(namespace + "/a"));
      cluster().create(map("b", "1"));
      await().until(() -> told.contains(namespace + "/b"));
    }
  }

  @Test
  void a_repeated_event_is_counted() {
    PersistentVolumeClaim claim = cluster().create(claim("c"));
    cluster().event(Notice.warning(claim, "ProvisioningFailed", "the pool is full"));
    cluster().event(Notice.warning(claim, "ProvisioningFailed", "the pool is full"));
    cluster().event(Notice.normal(claim, "Provisioning", "trying again"));
    String uid = claim.getMetadata().getUid();
    await().until(() -> cluster().list(Kind.EVENT, Index.EVENT_BY_UID, uid).size() == 2);
    await()
        .until(() -> event(uid, "ProvisioningFailed").filter(e -> e.getCount() == 2).isPresent());
    Event failed = event(uid, "ProvisioningFailed").orElseThrow();
    assertThat(failed.getType()).isEqualTo("Warning");
    assertThat(failed.getMessage()).isEqualTo("the pool is full");
    assertThat(failed.getMetadata().getNamespace()).isEqualTo(namespace);
    assertThat(failed.getInvolvedObject().getName()).isEqualTo("c");
  }

  @Test
  void the_provisioner_of_a_class_is_fixed() {
    StorageClass made =
        cluster()
            .create(
                new StorageClassBuilder()
                    .withNewMetadata()
                    .withName(namespace)
                    .endMetadata()
                    .withProvisioner("a.berth.dev")
                    .build());
    try {
      assertThat(made.getReclaimPolicy()).isEqualTo("Delete");
      assertThat(made.getVolumeBindingMode()).isEqualTo("Immediate");
      assertThatExceptionOfType(ClusterException.Invalid.class)
          .isThrownBy(
              () ->
                  cluster()
                      .replace(
                          new StorageClassBuilder(made).withProvisioner("b.berth.dev").build()))
          .withMessage(
              "StorageClass.storage.k8s.io \""
                  + namespace
                  + "\" is invalid: provisioner: Forbidden: updates to provisioner are forbidden.");
    } finally {
      cluster().delete(Kind.STORAGE_CLASS, Key.of(namespace), Preconditions.NONE);
    }
  }

  private Optional<Event> event(String uid, String reason) {
    return cluster().list(Kind.EVENT, Index.EVENT_BY_UID, uid).stream()
        .filter(e -> e.getReason().equals(reason))
        .findFirst();
  }

  private List<Change<ConfigMap>> mine(Iterable<Change<ConfigMap>> told) {
    return StreamSupport.stream(told.spliterator(), false)
        .filter(change -> change.key().namespace().equals(namespace))
        .filter(change -> !change.key().name().startsWith("kube-"))
        .toList();
  }

  private List<String> names(Index index, String value) {
    return cluster().list(Kind.CLAIM, index, value).stream()
        .map(c -> c.getMetadata().getName())
        .toList();
  }

  private String value(String name) {
    return Objects.requireNonNull(
        cluster().getLive(Kind.CONFIG_MAP, key(name)).orElseThrow().getData().get("value"));
  }

  private Key key(String name) {
    return Key.of(namespace, name);
  }

  private ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .addToData("value", value)
        .build();
  }

  private ConfigMap held(String name) {
    return new ConfigMapBuilder(map(name, "1"))
        .editMetadata()
        .addToFinalizers(FINALIZER)
        .endMetadata()
        .build();
  }

  private static ConfigMap with(ConfigMap map, String value) {
    return new ConfigMapBuilder(map).addToData("value", value).build();
  }

  private PersistentVolumeClaim claim(String name) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName("contract")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .build();
  }
}
