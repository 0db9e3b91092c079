package dev.berth.provisioner.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What holds of watches and events. */
interface TellingContract extends ClusterUnderTest {
  @Test
  default void a_watch_begins_with_what_is_there_and_tells_every_newest_state() {
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
  default void a_listener_that_fails_is_told_the_next_change_too() {
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
      await().until(() -> told.contains(namespace() + "/a"));
      cluster().create(map("b", "1"));
      await().until(() -> told.contains(namespace() + "/b"));
    }
  }

  @Test
  default void a_repeated_event_is_counted() {
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
    assertThat(failed.getMetadata().getNamespace()).isEqualTo(namespace());
    assertThat(failed.getInvolvedObject().getName()).isEqualTo("c");
  }

  private Optional<Event> event(String uid, String reason) {
    return cluster().list(Kind.EVENT, Index.EVENT_BY_UID, uid).stream()
        .filter(e -> e.getReason().equals(reason))
        .findFirst();
  }

  private List<Change<ConfigMap>> mine(Iterable<Change<ConfigMap>> told) {
    return StreamSupport.stream(told.spliterator(), false)
        .filter(change -> change.key().namespace().equals(namespace()))
        .filter(change -> !change.key().name().startsWith("kube-"))
        .toList();
  }
}
