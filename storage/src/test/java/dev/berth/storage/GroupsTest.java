package dev.berth.storage;

import static dev.berth.storage.PoolWorkshop.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.Faults;
import dev.berth.storage.linux.recorded.FaultyLinux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers are promised of groups, of volumes at rest on whatever filesystem this runs on. */
class GroupsTest {
  private PoolWorkshop shop;
  private Pools pools;
  private Volume a;
  private Volume b;

  @BeforeEach
  void volumes(@TempDir Path temporary) {
    shop = new PoolWorkshop(temporary);
    pools = shop.open();
    a = pools.create(request("a"));
    b = pools.create(request("b"));
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private SnapshotGroup cut(String name, Volume... volumes) {
    return pools.groups().cut(asked(name, Map.of(), volumes));
  }

  private static SnapshotGroups.Request asked(
      String name, Map<String, String> parameters, Volume... volumes) {
    List<VolumeId> ids = List.of(volumes).stream().map(Volume::id).toList();
    return new SnapshotGroups.Request(name, ids, parameters, Duration.ZERO);
  }

  private static List<String> ids(SnapshotGroup group) {
    return group.members().stream().map(s -> s.id().toString()).toList();
  }

  @Test
  void its_members_are_snapshots_of_their_own_that_survive_a_restart() {
    SnapshotGroup group = cut("g", b, a);
    assertThat(group.volumes()).containsExactly(a.id(), b.id());
    assertThat(group.members()).allSatisfy(s -> assertThat(s.group()).contains(group.id()));
    pools.close();
    pools = shop.open();
    assertThat(pools.groups().get(group.id(), ids(group))).isEqualTo(group);
    assertThat(pools.snapshots().list()).containsExactlyInAnyOrderElementsOf(group.members());
    Source source = new Source.OfSnapshot(group.members().getFirst().id());
    assertThat(pools.create(request("back").from(source)).source()).contains(source);
  }

  @Test
  void asking_twice_answers_the_same_and_with_other_volumes_or_parameters_is_a_conflict() {
    SnapshotGroup group = cut("g", a, b);
    assertThat(cut("g", b, a)).isEqualTo(group);
    assertThatThrownBy(() -> cut("g", a))
        .isInstanceOf(Conflict.class)
        .hasMessage(
            "group \"g\" exists as %s of volumes [%s, %s] with parameters {}, and one of volumes [%s] with parameters {} was asked for; use another name"
                .formatted(group.id(), a.id(), b.id(), a.id()));
    assertThatThrownBy(() -> pools.groups().cut(asked("g", Map.of("maxFreeze", "1s"), a, b)))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void a_member_goes_with_its_group_only() {
    SnapshotGroup group = cut("g", a, b);
    SnapshotId member = group.members().getFirst().id();
    assertThatThrownBy(() -> pools.snapshots().delete(member))
        .isInstanceOf(Invalid.class)
        .hasMessage(
            "snapshot %s is a member of group %s and goes with it; delete the group (DeleteVolumeGroupSnapshot)"
                .formatted(member, group.id()));
    pools.groups().delete(group.id(), ids(group));
    pools.groups().delete(group.id(), List.of());
    assertThat(pools.groups().find(group.id())).isEmpty();
    assertThat(pools.snapshots().list()).isEmpty();
    assertThat(shop.names("snapshots")).isEmpty();
    assertThat(shop.names("groups")).isEmpty();
    assertThat(shop.ready(pools).promised()).isEqualTo(a.size().plus(b.size()));
  }

  @Test
  void who_names_other_members_than_it_has_is_told_so() {
    SnapshotGroup group = cut("g", a, b);
    List<String> first = ids(group).subList(0, 1);
    String message =
        "snapshot_ids %s are not the members of group %s, which are %s; name exactly these"
            .formatted(first, group.id(), ids(group).stream().sorted().toList());
    assertThatThrownBy(() -> pools.groups().delete(group.id(), first))
        .isInstanceOf(Invalid.class)
        .hasMessage(message);
    assertThatThrownBy(() -> pools.groups().get(group.id(), first))
        .isInstanceOf(Invalid.class)
        .hasMessage(message);
    GroupId none = new GroupId(group.id().pool(), "none");
    assertThatThrownBy(() -> pools.groups().get(none, List.of()))
        .isInstanceOf(NotFound.class)
        .hasMessage("group " + none + " does not exist");
  }

  @Test
  void of_a_volume_that_is_not_there_or_named_twice_nothing_is_cut() {
    VolumeId none = new VolumeId(a.id().pool(), "none");
    assertThatThrownBy(
            () ->
                pools
                    .groups()
                    .cut(
                        new SnapshotGroups.Request(
                            "g", List.of(a.id(), none), Map.of(), Duration.ZERO)))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume " + none + " does not exist");
    assertThatThrownBy(() -> cut("g", a, a))
        .isInstanceOf(Invalid.class)
        .hasMessage("source_volume_ids names a volume twice; name each once");
    assertThat(shop.names("groups")).isEmpty();
  }

  /** Whatever fails, at whichever call: no member without the others. */
  @Test
  void whatever_fails_there_is_all_of_it_or_nothing() {
    pools.close();
    Linux well = shop.linux;
    boolean failed = true;
    for (int n = 1; failed; n++) {
      Countdown countdown = new Countdown(n);
      shop.linux = FaultyLinux.wrap(well, countdown);
      try (Pools opened = shop.open()) {
        countdown.armed = true;
        failed = fails(opened);
        countdown.armed = false;
        int groups = opened.groups().list().size();
        assertThat(groups).isEqualTo(failed ? 0 : 1);
        assertThat(opened.snapshots().list()).hasSize(2 * groups);
        assertThat(shop.names("snapshots")).hasSize(2 * groups);
        assertThat(shop.names("groups")).hasSize(groups);
      }
    }
    shop.linux = well;
    pools = shop.open();
    assertThat(pools.snapshots().list()).hasSize(2);
  }

  private boolean fails(Pools opened) {
    try {
      opened.groups().cut(asked("g", Map.of(), a, b));
      return false;
    } catch (VolumeException e) {
      return true;
    }
  }

  /** Only the n-th call after it was armed fails. */
  private static final class Countdown implements Faults {
    private int left;
    private boolean armed;

    Countdown(int n) {
      left = n;
    }

    @Override
    public void before(String call, String arguments) {
      if (armed) {
        left--;
        if (left == 0) {
          Faults.nthOfAll(1, "EIO").before(call, arguments);
        }
      }
    }
  }

  @Test
  void a_pool_without_room_for_all_of_them_keeps_none() throws IOException {
    for (Volume volume : List.of(a, b)) {
      Files.write(volume.image(), new byte[1 << 20]);
    }
    Bytes most = shop.ready(pools).available().minus(Bytes.ofKiB(1536));
    pools.create(request("rest", most.roundDownTo(Bytes.of(4096))));
    assertThatThrownBy(() -> cut("g", a, b))
        .isInstanceOf(OutOfSpace.class)
        .hasMessageContaining("are needed for a snapshot of volume " + b.id());
    assertThat(shop.names("snapshots")).isEmpty();
    assertThat(shop.names("groups")).isEmpty();
  }

  @Test
  void members_of_a_group_whose_record_is_lost_are_snapshots_that_go_alone() throws IOException {
    SnapshotGroup group = cut("g", a, b);
    pools.close();
    Files.delete(shop.directory.resolve("groups/g.json"));
    pools = shop.open();
    Snapshot alone = pools.snapshots().get(group.members().getFirst().id());
    assertThat(alone.group()).isEmpty();
    pools.snapshots().delete(alone.id());
    assertThat(pools.snapshots().list()).hasSize(1);
  }

  @Test
  void a_damaged_record_is_left_alone_and_keeps_its_members() throws IOException {
    SnapshotGroup group = cut("g", a, b);
    pools.close();
    Path file = shop.directory.resolve("groups/g.json");
    Files.writeString(
        file, Files.readString(file, StandardCharsets.UTF_8).replace("true", "false"));
    pools = shop.open();
    assertThat(pools.snapshots().list()).hasSize(2);
    assertThatThrownBy(() -> pools.groups().find(group.id())).isInstanceOf(Damaged.class);
    assertThatThrownBy(() -> pools.snapshots().delete(group.members().getFirst().id()))
        .isInstanceOf(Invalid.class);
  }
}
