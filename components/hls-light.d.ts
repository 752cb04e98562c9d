/** The light build (no subtitles, no second audio, no DRM) comes without types of its own; it is a part of the whole. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
}
