"""Style rules of exhibits, the same in a notebook and on a page; colours come from the palette's variables."""

EXHIBIT_CSS = """
.qd-exhibit{margin:1.9rem 0 2.3rem;padding:.85rem 0 0;border-top:2px solid var(--qd-ink);color:var(--qd-ink);
font-family:var(--qd-sans,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans SC",sans-serif);
font-size:.95rem;line-height:1.5;break-inside:avoid-page;max-width:100%}
.qd-exhibit p{margin:0}
.qd-exhibit .qd-title{font-size:1.16rem;line-height:1.35;font-weight:700;letter-spacing:-.003em;text-wrap:pretty}
.qd-exhibit .qd-subtitle{color:var(--qd-soft);font-size:.9rem;margin-top:.2rem;text-wrap:pretty}
.qd-exhibit .qd-note,.qd-note{color:var(--qd-soft);font-size:.82rem;line-height:1.5;margin-top:.6rem;max-width:46rem}
.qd-empty{padding:1.2rem 1rem;margin-top:.8rem!important;background:var(--qd-panel);color:var(--qd-soft);
border-left:3px solid var(--qd-rule)}
.qd-chart{margin-top:.7rem}
.qd-chart svg{display:block;width:100%;height:auto;overflow:visible;
font-family:var(--qd-sans,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans SC",sans-serif)}
.qd-chart svg text{font-variant-numeric:tabular-nums}
.qd-chart svg.qd-wide{max-width:760px}
.qd-chart svg.qd-narrow{display:none;max-width:440px}
@media screen and (max-width:560px){.qd-chart svg.qd-wide{display:none}.qd-chart svg.qd-narrow{display:block}}
.qd-data{margin-top:.55rem;font-size:.85rem}
.qd-data>summary,.qd-more>summary{cursor:pointer;color:var(--qd-link);font-size:.85rem;padding:.25rem 0;
display:inline-block}
.qd-scroll{overflow-x:auto;max-width:100%;margin-top:.65rem;position:relative}
.qd-scroll:focus-visible,.qd-exhibit summary:focus-visible,.qd-exhibit a:focus-visible{outline:2px solid var(--qd-link);
outline-offset:2px}
.qd-exhibit table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.35;
font-variant-numeric:tabular-nums lining-nums;background:none;border:0;margin:0;table-layout:auto}
.qd-exhibit thead{border-bottom:1.5px solid var(--qd-ink)}
.qd-exhibit th,.qd-exhibit td{padding:.4rem .65rem;text-align:left;vertical-align:top;border:0;background:none;
white-space:normal;max-width:26rem;overflow-wrap:anywhere;min-width:4.2rem}
.qd-exhibit th:first-child,.qd-exhibit td:first-child{padding-left:0;min-width:7.5rem}
.qd-exhibit th:last-child,.qd-exhibit td:last-child{padding-right:.2rem}
.qd-exhibit thead th{font-weight:600;color:var(--qd-soft);vertical-align:bottom;font-size:.82rem;
overflow-wrap:normal;hyphens:auto}
.qd-exhibit thead th small{display:block;font-weight:400;font-size:.92em}
.qd-exhibit tbody th{font-weight:400;color:var(--qd-ink)}
.qd-exhibit tbody tr,.qd-exhibit tbody tr:nth-child(even){border-bottom:1px solid var(--qd-rule);background:none}
.qd-exhibit tbody tr:hover{background:var(--qd-panel)}
.qd-exhibit .qd-number{text-align:right;white-space:nowrap;overflow-wrap:normal}
.qd-exhibit thead .qd-number{white-space:normal}
.qd-exhibit tfoot th,.qd-exhibit tfoot td{border-top:1px solid var(--qd-rule);font-weight:400;color:var(--qd-soft)}
.qd-exhibit tfoot .qd-total th,.qd-exhibit tfoot .qd-total td{border-top:1.5px solid var(--qd-ink);font-weight:700;
color:var(--qd-ink)}
.qd-ends{color:var(--qd-soft);font-size:.85em;display:block}
.qd-bar,.qd-range{position:relative;display:block;height:.42rem;min-width:5rem;margin-top:.22rem}
.qd-bar i,.qd-range i,.qd-range b{position:absolute;display:block}
.qd-bar i{top:0;bottom:0;background:var(--qd-main);min-width:1px}
.qd-bar i.qd-negative{background:var(--qd-bad)}
.qd-range i{top:.16rem;height:.12rem;background:var(--qd-axis);min-width:1px}
.qd-range b{top:0;width:.42rem;height:.42rem;border-radius:50%;background:var(--qd-main);transform:translateX(-50%)}
.qd-spark{width:6.2rem;height:1.5rem;display:block}
.qd-spark polyline{fill:none;stroke:var(--qd-main);stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.qd-spark circle{fill:var(--qd-accent)}
.qd-better{color:var(--qd-good)}.qd-worse{color:var(--qd-bad)}
.qd-better span,.qd-worse span{font-size:.72em;vertical-align:.08em}
.qd-pill{display:inline-block;padding:.05rem .55rem;border-radius:1rem;font-size:.8rem;white-space:nowrap;
background:var(--qd-faint);color:var(--qd-ink)}
.qd-pill-good{background:var(--qd-good-panel);color:var(--qd-good)}
.qd-pill-bad{background:var(--qd-bad-panel);color:var(--qd-bad)}
.qd-pill-warn{background:var(--qd-warn-panel);color:var(--qd-warn)}
.qd-answers{border-top:0;padding-top:0;margin:.4rem 0 1.4rem}
.qd-answers p{font-size:1.28rem;line-height:1.45;margin:0 0 .55rem;text-wrap:pretty;font-weight:400}
.qd-answers p:first-child{font-weight:600}
.qd-headlines dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.2rem,1fr));gap:0 1.6rem;margin:0}
.qd-headlines{border-top:0;padding-top:0;margin:1rem 0 1.6rem}
.qd-card{border-top:2px solid var(--qd-ink);padding:.5rem 0 .9rem;display:flex;flex-direction:column}
.qd-card dt{color:var(--qd-soft);font-size:.84rem;line-height:1.35;margin:0;min-height:2.2em;font-weight:400}
.qd-card dd{margin:0}
.qd-card .qd-value{font-size:1.72rem;line-height:1.2;font-weight:700;letter-spacing:-.015em;white-space:nowrap;
font-variant-numeric:lining-nums}
.qd-card .qd-value small{font-size:.56em;font-weight:600;letter-spacing:0;color:var(--qd-soft)}
.qd-card .qd-ends,.qd-card .qd-before{font-size:.82rem;color:var(--qd-soft);line-height:1.4}
.qd-card .qd-better{color:var(--qd-good)}.qd-card .qd-worse{color:var(--qd-bad)}
.qd-findings{border-top:0;padding-top:0;margin-top:.8rem}
.qd-findings h3{font-size:.95rem;margin:1.3rem 0 .2rem;color:var(--qd-soft);font-weight:600}
.qd-findings ol{list-style:none;margin:0;padding:0;counter-reset:finding}
.qd-findings li{counter-increment:finding;display:grid;grid-template-columns:2.1rem 1fr;padding:.75rem 0;margin:0;
border-top:1px solid var(--qd-rule);break-inside:avoid}
.qd-findings li::before{content:counter(finding);font-weight:700;color:var(--qd-accent);font-size:1.05rem}
.qd-findings .qd-sentence{font-size:1.02rem;line-height:1.5;text-wrap:pretty}
.qd-findings .qd-why,.qd-findings .qd-do{color:var(--qd-soft);font-size:.92rem;margin-top:.2rem}
.qd-findings .qd-meta{color:var(--qd-soft);font-size:.84rem;margin-top:.3rem;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem}
.qd-findings .qd-meta a{color:var(--qd-link)}
.qd-field{display:inline-block;min-width:6.5rem;border-bottom:1px solid var(--qd-axis)}
.qd-provenance dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.3rem 1.2rem;margin:.7rem 0 0;font-size:.88rem}
.qd-provenance dt{color:var(--qd-soft)}
.qd-provenance dd{margin:0;overflow-wrap:anywhere}
.qd-left-out{margin:.8rem 0;padding:.1rem 0 .1rem .8rem;border-left:3px solid var(--qd-rule)}
@media print{.qd-exhibit{font-size:9.5pt;margin:1.1rem 0 1.4rem}.qd-data,.qd-more>summary{display:none}
.qd-scroll{overflow:visible}.qd-exhibit tbody tr{break-inside:avoid}
.qd-exhibit thead{display:table-header-group}.qd-exhibit.qd-table{break-inside:auto}
.qd-exhibit figcaption{break-after:avoid}.qd-chart svg.qd-wide{display:block}.qd-chart svg.qd-narrow{display:none}}
""".replace("\n", "")
