"""A device with WebXR that is none: whoever holds it stands at (0, 1.6, 0) m and looks down before themselves."""

IMMERSIVE_AR = """(() => {
  const PITCH = -40 * Math.PI / 180;
  const placed = (x, y, z) => {
    const matrix = new DOMMatrix().translate(x, y, z).rotate(PITCH * 180 / Math.PI, 0, 0);
    const orientation = { x: Math.sin(PITCH / 2), y: 0, z: 0, w: Math.cos(PITCH / 2) };
    return { position: { x, y, z, w: 1 }, orientation, matrix: matrix.toFloat32Array(),
      inverse: { matrix: matrix.inverse().toFloat32Array() } };
  };
  const eye = placed(0, 1.6, 0);
  const canvas = () => document.querySelector(".showcase canvas");
  const projection = () => {
    const f = 1 / Math.tan(Math.PI / 6), [near, far] = [0.02, 100];
    return new Float32Array([f * canvas().height / canvas().width, 0, 0, 0, 0, f, 0, 0,
      0, 0, (near + far) / (near - far), -1, 0, 0, 2 * near * far / (near - far), 0]);
  };
  window.XRWebGLLayer = class {
    framebuffer = null;
    get framebufferWidth() { return canvas().width; }
    get framebufferHeight() { return canvas().height; }
    getViewport() { return { x: 0, y: 0, width: canvas().width, height: canvas().height }; }
  };
  delete window.XRWebGLBinding;
  class Session extends EventTarget {
    renderState = {};
    enabledFeatures = ["local-floor"];
    inputSources = [{ targetRayMode: "screen", handedness: "none", profiles: [], targetRaySpace: {} }];
    updateRenderState(state) { Object.assign(this.renderState, state); }
    async requestReferenceSpace() { return {}; }
    requestAnimationFrame(tell) { return requestAnimationFrame(time => tell(time, this.frame())); }
    cancelAnimationFrame(id) { cancelAnimationFrame(id); }
    frame(ray = eye) {
      const views = [{ eye: "none", projectionMatrix: projection(), transform: eye }];
      return { session: this, getViewerPose: () => ({ transform: eye, views }),
        getPose: () => ({ transform: ray }) };
    }
    tap(x) {
      const told = { inputSource: this.inputSources[0], frame: this.frame(placed(x, 1.6, 0)) };
      this.dispatchEvent(Object.assign(new Event("select"), told));
    }
    async end() { this.dispatchEvent(new Event("end")); }
  }
  Object.defineProperty(navigator, "xr", { value: Object.assign(new EventTarget(), {
    isSessionSupported: async mode => mode === "immersive-ar",
    requestSession: async (...asked) => {
      globalThis.asked = asked;
      if (globalThis.isRefused) throw new DOMException("no", "NotAllowedError");
      return (globalThis.session = new Session());
    } }) });
})()"""
