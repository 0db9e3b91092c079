/** ListVolumes, in pages whose tokens stay good while volumes come and go. */
@NullMarked
package dev.berth.controller.list;

import org.jspecify.annotations.NullMarked;
