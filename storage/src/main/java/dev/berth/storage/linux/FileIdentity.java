package dev.berth.storage.linux;

/** What a file is, whatever its name: device and inode number; both survive a rename. */
public record FileIdentity(DeviceNumber device, long inode) {
  @Override
  public String toString() {
    return "inode " + Long.toUnsignedString(inode) + " of device " + device;
  }
}
