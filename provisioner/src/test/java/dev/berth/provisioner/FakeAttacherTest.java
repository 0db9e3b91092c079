package dev.berth.provisioner;

import dev.berth.provisioner.csi.CsiDriver;
import org.junit.jupiter.api.AfterEach;

final class FakeAttacherTest extends ControllerPublishContract {
  private final FakeAttacher fake = new FakeAttacher();

  @AfterEach
  void close() {
    fake.close();
  }

  @Override
  CsiDriver driver() {
    return fake.driver();
  }

  @Override
  String volume() {
    return "vol-1";
  }

  @Override
  String node() {
    return "id-of-node-one";
  }

  @Override
  String otherNode() {
    return "id-of-node-two";
  }
}
