package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import java.nio.file.Path;

/**
 * An attached loop device as the kernel describes it (loop(4)).
 *
 * @param number the N of /dev/loopN
 * @param device its own device number, as mountinfo shows it
 * @param backing the image, by what it is and not by its name
 * @param name lo_file_name: the word given by who attached it, at most 63 bytes
 * @param blockSize its logical block size
 * @param size what the device offers, which is less than the file after the file has grown
 * @param directIo whether it reads and writes past the page cache of the backing file
 */
public record LoopDevice(
    int number,
    DeviceNumber device,
    FileIdentity backing,
    String name,
    Bytes blockSize,
    Bytes size,
    boolean readOnly,
    boolean directIo) {

  /** Its device node. */
  public Path path() {
    return Path.of("/dev/loop" + number);
  }
}
