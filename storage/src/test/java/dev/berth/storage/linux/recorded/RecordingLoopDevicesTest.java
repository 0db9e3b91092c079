package dev.berth.storage.linux.recorded;

import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.LoopDevices;
import dev.berth.storage.linux.LoopDevicesContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

class RecordingLoopDevicesTest extends LoopDevicesContract {
  private final RecordingLoopDevices recorded = new RecordingLoopDevices();

  @Override
  protected LoopDevices loops() {
    return recorded;
  }

  @Override
  protected FileIdentity identity(Path file) {
    try {
      long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
      long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
      return new FileIdentity(DeviceNumber.decode(device), inode);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
