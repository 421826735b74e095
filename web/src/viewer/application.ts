/** The PlayCanvas engine on a canvas, with what splats need: drawn only when somebody asks for a picture. */
import {
  AppBase,
  AppOptions,
  CameraComponentSystem,
  FILLMODE_NONE,
  GSplatComponentSystem,
  GSplatHandler,
  RESOLUTION_AUTO,
  TextureHandler,
  type WebglGraphicsDevice,
} from "playcanvas";

export function startApp(canvas: HTMLCanvasElement, device: WebglGraphicsDevice): AppBase {
  const options = new AppOptions();
  options.graphicsDevice = device;
  options.componentSystems = [CameraComponentSystem, GSplatComponentSystem];
  options.resourceHandlers = [TextureHandler, GSplatHandler];
  const app = new AppBase(canvas);
  app.init(options);
  app.setCanvasFillMode(FILLMODE_NONE);
  app.setCanvasResolution(RESOLUTION_AUTO);
  app.autoRender = false;
  app.start();
  return app;
}
