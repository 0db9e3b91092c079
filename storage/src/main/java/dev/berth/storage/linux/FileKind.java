package dev.berth.storage.linux;

/** What {@code st_mode} says a file is (inode(7)). */
public enum FileKind {
  REGULAR,
  DIRECTORY,
  SYMBOLIC_LINK,
  BLOCK_DEVICE,
  CHARACTER_DEVICE,
  FIFO,
  SOCKET
}
