// Tells the server by which clock the reader lives, so that moments are shown and taken as they stand on the wall.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`kam_zone=${zone}`)) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `kam_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
