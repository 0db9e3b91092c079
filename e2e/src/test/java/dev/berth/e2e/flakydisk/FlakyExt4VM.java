package dev.berth.e2e.flakydisk;

/** A pool on ext4 whose disk fails. */
class FlakyExt4VM extends FlakyPool {
  @Override
  String kind() {
    return "ext4";
  }
}
