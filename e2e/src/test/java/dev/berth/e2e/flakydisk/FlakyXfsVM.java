package dev.berth.e2e.flakydisk;

/** A pool on xfs whose disk fails. */
class FlakyXfsVM extends FlakyPool {
  @Override
  String kind() {
    return "xfs";
  }
}
