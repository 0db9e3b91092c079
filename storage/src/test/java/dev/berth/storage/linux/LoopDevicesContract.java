package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every set of loop devices does, the kernel's and the one in memory. */
public abstract class LoopDevicesContract {
  private static final Bytes SIZE = Bytes.ofMiB(8);
  private static final Bytes BLOCK = Bytes.ofKiB(4);

  @TempDir Path dir;
  private LoopDevices loops;
  private Path image;
  private FileIdentity identity;

  protected abstract LoopDevices loops();

  protected abstract FileIdentity identity(Path file);

  @BeforeEach
  void make_an_image() throws IOException {
    loops = loops();
    image = dir.resolve("image");
    resize(SIZE);
    identity = identity(image);
  }

  @AfterEach
  void detach_all_of_the_image() {
    loops.findAll(identity).forEach(loops::detach);
    assertThat(loops.findAll(identity)).isEmpty();
  }

  private void resize(Bytes size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(size.value());
    }
  }

  private AttachRequest request(boolean readOnly, boolean lock) {
    return new AttachRequest(image, "pool1234.vol-1", BLOCK, readOnly, true, lock);
  }

  @Test
  void an_attached_image_is_found_by_what_it_is_until_it_is_detached() {
    assertThat(loops.find(identity)).isEmpty();
    LoopDevice device = loops.attach(request(false, true));
    assertThat(loops.find(identity)).contains(device);
    assertThat(loops.list()).contains(device);
    loops.detach(device);
    assertThat(loops.find(identity)).isEmpty();
  }

  @Test
  void a_device_is_what_was_asked_for() {
    LoopDevice device = loops.attach(request(false, true));
    assertThat(device.backing()).isEqualTo(identity);
    assertThat(device.name()).isEqualTo("pool1234.vol-1");
    assertThat(device.blockSize()).isEqualTo(BLOCK);
    assertThat(device.size()).isEqualTo(SIZE);
    assertThat(device.readOnly()).isFalse();
    assertThat(device.device()).isEqualTo(new DeviceNumber(7, device.number()));
    assertThat(device.path()).isEqualTo(Path.of("/dev/loop" + device.number()));
  }

  @Test
  void a_read_only_device_says_so() {
    assertThat(loops.attach(request(true, true)).readOnly()).isTrue();
  }

  @Test
  void it_is_found_after_its_image_was_renamed() throws IOException {
    LoopDevice device = loops.attach(request(false, true));
    image = Files.move(image, dir.resolve("renamed"));
    assertThat(loops.find(identity(image))).contains(device);
  }

  @Test
  void a_locked_image_is_EAGAIN_to_the_next_until_it_is_detached() {
    LoopDevice device = loops.attach(request(false, true));
    assertThatThrownBy(() -> loops.attach(request(false, true)))
        .hasMessage("fcntl F_OFD_SETLK " + image + ": EAGAIN (Resource temporarily unavailable)");
    assertThatThrownBy(() -> loops.attach(request(true, true))).hasMessageContaining("EAGAIN");
    loops.detach(device);
    assertThat(loops.attach(request(false, true)).backing()).isEqualTo(identity);
  }

  @Test
  void readers_share_an_image_and_keep_a_writer_out() {
    LoopDevice one = loops.attach(request(true, true));
    LoopDevice two = loops.attach(request(true, true));
    assertThat(loops.findAll(identity)).containsExactlyInAnyOrder(one, two);
    assertThatThrownBy(() -> loops.attach(request(false, true))).hasMessageContaining("EAGAIN");
  }

  @Test
  void without_a_lock_one_image_may_have_several_devices() {
    List<LoopDevice> both =
        List.of(loops.attach(request(false, false)), loops.attach(request(false, false)));
    assertThat(loops.findAll(identity)).containsExactlyInAnyOrderElementsOf(both);
  }

  @Test
  void detaching_twice_is_as_good_as_once() {
    LoopDevice device = loops.attach(request(false, true));
    loops.detach(device);
    loops.detach(device);
    assertThat(loops.find(identity)).isEmpty();
  }

  @Test
  void a_number_that_serves_another_file_by_now_is_left_alone() {
    LoopDevice device = loops.attach(request(false, true));
    FileIdentity former = new FileIdentity(identity.device(), identity.inode() + 1);
    LoopDevice stale =
        new LoopDevice(
            device.number(), device.device(), former, "former", BLOCK, SIZE, false, false);
    loops.detach(stale);
    assertThat(loops.find(identity)).contains(device);
    assertThatThrownBy(() -> loops.setCapacity(stale))
        .hasMessage(
            "ioctl LOOP_SET_CAPACITY " + device.path() + ": ENXIO (No such device or address)");
  }

  @Test
  void a_missing_image_is_ENOENT() throws IOException {
    Files.delete(image);
    assertThatThrownBy(() -> loops.attach(request(false, true)))
        .hasMessage("open " + image + ": ENOENT (No such file or directory)");
  }

  @Test
  void a_device_grows_when_it_is_told_that_its_image_has() throws IOException {
    LoopDevice device = loops.attach(request(false, true));
    resize(Bytes.ofMiB(12));
    assertThat(loops.find(identity).orElseThrow().size()).isEqualTo(SIZE);
    assertThat(loops.setCapacity(device).size()).isEqualTo(Bytes.ofMiB(12));
    assertThat(loops.find(identity).orElseThrow().size()).isEqualTo(Bytes.ofMiB(12));
  }

  @Test
  void an_image_that_nobody_has_open_is_attached_and_then_known_to_be() {
    assertThat(loops.attachUnopened(request(false, true)).backing()).isEqualTo(identity);
    assertThat(loops.mayBeAttached(image)).isTrue();
    assertThatThrownBy(() -> loops.attachUnopened(request(false, true)))
        .hasMessageContaining("EAGAIN");
  }

  @Test
  void an_image_beside_a_device_without_a_lock_is_not_unopened() {
    loops.attach(request(true, false));
    assertThat(loops.mayBeAttached(image)).isTrue();
    assertThatThrownBy(() -> loops.attachUnopened(request(false, true)))
        .hasMessage("fcntl F_SETLEASE " + image + ": EAGAIN (Resource temporarily unavailable)");
    assertThat(loops.findAll(identity)).hasSize(1);
  }

  @Test
  void a_number_leads_to_its_device_while_it_is_attached() {
    LoopDevice device = loops.attach(request(false, true));
    assertThat(loops.at(device.number())).contains(device);
    loops.detach(device);
    assertThat(loops.at(device.number()).filter(d -> d.backing().equals(identity))).isEmpty();
  }
}
