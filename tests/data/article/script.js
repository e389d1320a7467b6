var page = "<div><p>The harbour bridge carried its first cars.</p></div>";
