package dev.berth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.VolumeException.Busy;
import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.linux.FileLock;
import dev.berth.storage.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with one pool: what one does the other sees, and only one does it. */
class SharedPoolTest {
  private static final AccessMode ONE = AccessMode.SINGLE_NODE_WRITER;

  private PoolWorkshop shop;
  private Pools a;
  private Pools b;

  @BeforeEach
  void open(@TempDir Path dir) {
    shop = new PoolWorkshop(dir);
    a = node("a", 0);
    b = node("b", 2);
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private Pools node(String name, int limit) {
    PoolsContext context = shop.context();
    return Pools.open(
        List.of(shop.settings().sharedAs(new Member("node-" + name, limit))),
        shop.linux,
        new PoolsContext(
            Path.of(context.stateDirectory() + "-" + name),
            context.clock(),
            context.background(),
            context.lockPatience(),
            context.formatDeadline()));
  }

  private static Publication at(String node) {
    return new Publication(node, ONE, false);
  }

  private static String image(Volume volume) {
    return Disk.name(volume.image());
  }

  /** Attaches as a node does, and keeps the lock that a loop device would. */
  private static FileLock staged(Pools node, VolumeId id, long epoch) {
    return node.publications()
        .staging(
            node.get(id),
            OptionalLong.of(epoch),
            v -> Linux.real().files().tryLock(v.image()).orElseThrow());
  }

  @Test
  void what_one_process_makes_the_other_has_and_what_it_deletes_is_gone() {
    Volume made = a.create(PoolWorkshop.request("pvc-1"));
    assertThat(b.list()).containsExactly(made);
    assertThat(b.create(PoolWorkshop.request("pvc-1"))).isEqualTo(made);
    assertThatThrownBy(() -> b.create(PoolWorkshop.request("pvc-1", Bytes.ofMiB(2))))
        .isInstanceOf(Conflict.class);
    b.delete(made.id());
    assertThat(a.list()).isEmpty();
    assertThat(a.find(made.id())).isEmpty();
  }

  @Test
  void the_room_is_promised_once() {
    a.create(PoolWorkshop.request("pvc-1", Bytes.ofMiB(40)));
    assertThatThrownBy(() -> b.create(PoolWorkshop.request("pvc-2", Bytes.ofMiB(40))))
        .isInstanceOf(OutOfSpace.class)
        .hasMessageContaining("pool main has 24Mi available of 64Mi, and 40Mi are needed");
    assertThat(shop.ready(b).promised()).isEqualTo(Bytes.ofMiB(40));
  }

  @Test
  void what_another_has_reserved_counts_and_what_a_dead_one_had_does_not() throws IOException {
    Path drafts = shop.directory.resolve("drafts");
    Path dead = Files.createDirectory(drafts.resolve("deadbeef"));
    Path lock = Files.createFile(dead.resolve("lock"));
    Files.write(
        dead.resolve("pvc-9.2.reserved"),
        Document.seal(Document.begin().put("bytes", Bytes.ofMiB(60).value())));
    FileLock alive = shop.linux.files().tryLock(lock).orElseThrow();
    assertThatThrownBy(() -> a.create(PoolWorkshop.request("pvc-1", Bytes.ofMiB(40))))
        .isInstanceOf(OutOfSpace.class);
    alive.close();
    assertThat(a.create(PoolWorkshop.request("pvc-1", Bytes.ofMiB(40))).name()).isEqualTo("pvc-1");
    assertThat(dead).doesNotExist();
    assertThat(shop.drafts()).isEmpty();
  }

  @Test
  void one_volume_has_one_change_at_a_time_whoever_makes_it() {
    Volume made = a.create(PoolWorkshop.request("pvc-1"));
    a.publications().publish(made.id(), at("node-a"));
    a.publications()
        .staging(
            made,
            OptionalLong.of(1),
            v -> {
              assertThatThrownBy(() -> b.delete(made.id())).isInstanceOf(Busy.class);
              assertThatThrownBy(() -> b.expand(made.id(), SizeRange.of(Bytes.ofMiB(2))))
                  .isInstanceOf(Busy.class)
                  .hasMessageContaining("is being changed by another process");
              assertThat(b.get(made.id())).isEqualTo(v);
              assertThat(a.acknowledge(made.id()).acknowledged()).isTrue();
              return v;
            });
    assertThat(b.expand(made.id(), SizeRange.of(Bytes.ofMiB(2))).size()).isEqualTo(Bytes.ofMiB(2));
  }

  @Test
  void an_image_has_its_node_and_its_epoch_in_its_name() {
    Volume made = a.create(PoolWorkshop.request("pvc-1"));
    assertThat(image(made)).isEqualTo("image");
    Publishing first = b.publications().publish(made.id(), at("node-a"));
    assertThat(first.epoch()).isEqualTo(1);
    assertThat(image(a.get(made.id()))).isEqualTo("image.1.node-a");
    assertThat(b.publications().publish(made.id(), at("node-a"))).isEqualTo(first);
    assertThat(a.list().stream().map(Volume::id)).containsExactly(made.id());
    assertThat(a.publications().nodes(made.id())).containsExactly("node-a");
    a.publications().unpublish(made.id(), Optional.of("node-a"));
    a.publications().unpublish(made.id(), Optional.empty());
    assertThat(a.publications().publish(made.id(), at("node-b")).epoch()).isEqualTo(2);
    assertThat(shop.names("volumes/pvc-1"))
        .containsExactly("image.2.node-b", "lock", "volume.json");
  }

  @Test
  void a_node_has_one_way_to_use_a_volume_and_a_single_node_volume_one_node() {
    VolumeId id = a.create(PoolWorkshop.request("pvc-1")).id();
    a.publications().publish(id, at("node-a"));
    assertThatThrownBy(() -> b.publications().publish(id, new Publication("node-a", ONE, true)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("as SINGLE_NODE_WRITER and not as SINGLE_NODE_WRITER readonly");
    assertThatThrownBy(() -> b.publications().publish(id, at("node-b")))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("is published to node node-a, and access mode SINGLE_NODE_WRITER");
    assertThatThrownBy(() -> b.publications().publish(id, at("node-c")))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("\"node-c\" is none of the nodes that have pool main open");
    assertThatThrownBy(
            () ->
                b.publications()
                    .publish(
                        b.create(PoolWorkshop.request("pvc-2")).id(),
                        new Publication("node-a", AccessMode.MULTI_NODE_MULTI_WRITER, false)))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> b.delete(id))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("is published to node-a and cannot be deleted");
  }

  @Test
  void a_node_has_as_many_volumes_as_it_says_that_it_can() {
    for (int i = 1; i <= 3; i++) {
      a.create(PoolWorkshop.request("pvc-" + i));
    }
    List<VolumeId> ids = a.list().stream().map(Volume::id).toList();
    a.publications().publish(ids.get(0), at("node-b"));
    b.publications().publish(ids.get(1), at("node-b"));
    assertThatThrownBy(() -> a.publications().publish(ids.get(2), at("node-b")))
        .isInstanceOf(OutOfSpace.class)
        .hasMessageContaining("node node-b has 2 volumes published to it, and its limit is 2");
    b.publications().unpublish(ids.get(0), Optional.of("node-b"));
    assertThat(a.publications().publish(ids.get(2), at("node-b")).epoch()).isEqualTo(1);
  }

  @Test
  void only_the_node_and_the_epoch_that_a_volume_is_published_to_stage_it() {
    VolumeId id = a.create(PoolWorkshop.request("pvc-1")).id();
    assertThatThrownBy(() -> staged(a, id, 1))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("is not published to node node-a but to none");
    a.publications().publish(id, at("node-a"));
    assertThatThrownBy(() -> staged(b, id, 1)).hasMessageContaining("but to [node-a]");
    assertThatThrownBy(() -> staged(a, id, 2))
        .isInstanceOf(NotNow.class)
        .hasMessageContaining("epoch 2 of volume " + id + ", which is at epoch 1");
    staged(a, id, 1).close();
  }

  @Test
  void a_volume_that_its_node_still_has_is_not_taken_where_files_cannot_be_cloned() {
    VolumeId id = a.create(PoolWorkshop.request("pvc-1")).id();
    a.publications().publish(id, at("node-a"));
    FileLock loop = staged(a, id, 1);
    b.publications().unpublish(id, Optional.of("node-a"));
    assertThatThrownBy(() -> b.delete(id)).isInstanceOf(NotNow.class);
    if (!shop.linux.files().supportsReflink(shop.directory)) {
      assertThatThrownBy(() -> b.publications().publish(id, at("node-b")))
          .isInstanceOf(NotNow.class)
          .hasMessageContaining("is still attached at node node-a, and its pool cannot clone");
      assertThat(b.publications().publish(id, at("node-a")).epoch()).isEqualTo(1);
      b.publications().unpublish(id, Optional.empty());
    }
    loop.close();
    assertThat(b.publications().publish(id, at("node-b")).epoch()).isEqualTo(2);
    assertThatThrownBy(() -> staged(a, id, 1)).isInstanceOf(NotNow.class);
  }

  @Test
  void a_node_that_let_go_hands_the_very_file_on() throws IOException {
    VolumeId id = a.create(PoolWorkshop.request("pvc-1")).id();
    a.publications().publish(id, at("node-a"));
    Object file = Files.getAttribute(a.get(id).image(), "unix:ino");
    staged(a, id, 1).close();
    a.publications().unstaged(id, () -> true);
    a.publications().unpublish(id, Optional.of("node-a"));
    b.publications().publish(id, at("node-b"));
    assertThat(Files.getAttribute(b.get(id).image(), "unix:ino")).isEqualTo(file);
  }

  @Test
  void what_is_gone_is_unpublished() throws IOException {
    VolumeId id = a.create(PoolWorkshop.request("pvc-1")).id();
    a.publications().publish(id, at("node-a"));
    Files.delete(a.get(id).image());
    b.publications().unpublish(id, Optional.of("node-a"));
    b.publications().unpublish(new VolumeId(id.pool(), "other"), Optional.of("node-a"));
    b.publications().unpublish(VolumeId.parse("aaaaaaaa.other").orElseThrow(), Optional.empty());
    b.publications().unstaged(new VolumeId(id.pool(), "other"), () -> true);
  }

  @Test
  void a_shared_pool_is_no_local_one_and_a_local_one_not_shared(@TempDir Path other) {
    assertThatThrownBy(shop::open)
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("is a shared pool, and was given as a local one");
    PoolWorkshop local = new PoolWorkshop(other);
    local.open().close();
    assertThatThrownBy(() -> local.open(local.settings().sharedAs(new Member("node-a", 0))))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("is a local pool, and was given as a shared one");
  }
}
