# What conf-examples/ has for Prometheus and Grafana: alerts that promtool accepts and that fire when they should, a
# dashboard whose queries promtool can read; and both name metrics and labels that a scrape has.
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Kit;

my $examples = "$FindBin::Bin/../conf-examples";
my $folder = folder();
write_file('prometheus-alerts.yml', read_file("$examples/prometheus-alerts.yml"));
write_file('alerts.yml', read_file("$FindBin::Bin/prometheus/alerts.yml"));
sub promtool { my $output = `cd $folder && promtool @_ 2>&1`; return ($? == 0, $output) }

my ($good, $output) = promtool('check rules prometheus-alerts.yml');
ok $good, 'the rules are rules' or diag $output;
($good, $output) = promtool('test rules alerts.yml');
ok $good, 'and fire when they should' or diag $output;
my @alerts = read_file("$examples/prometheus-alerts.yml") =~ /alert: (\w+)/g;
my $stories = read_file("$FindBin::Bin/prometheus/alerts.yml");
for my $alert (@alerts) {
    like $stories, qr/alertname: $alert, exp_alerts: \[\]/, "$alert: a story without it";
    like $stories, qr/alertname: $alert\n\s+exp_alerts:/, "$alert: a story with it";
}

# The queries, as rules that promtool checks too: what Grafana fills in stands for itself.
my $dashboard = JSON::PP->new->decode(read_file("$examples/grafana-dashboard.json"));
my @queries = map { $_->{expr} } map { @{$_->{targets}} } @{$dashboard->{panels}};
cmp_ok scalar(@queries), '>', 20, 'the dashboard asks';
my $rules = "groups:\n  - name: dashboard\n    rules:\n";
for my $query (@queries) {
    my $plain = $query =~ s/\$__rate_interval/1m/gr =~ s/'/''/gr;
    $rules .= "      - {record: 'dashboard:query', expr: '$plain', labels: {number: '" . ++$good . "'}}\n";
}
write_file('dashboard.yml', $rules);
($good, $output) = promtool('check rules dashboard.yml');
ok $good, 'the queries are queries' or diag $output;
my %place;
$place{join ',', @{$_->{gridPos}}{qw(x y)}}++ for @{$dashboard->{panels}};
is_deeply [grep { $_ > 1 } values %place], [], 'no panel covers another';

# A real scrape, of a realm that has seen something of each.
new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
);
$nginx->get('/', cookie(mint({}))) for 1 .. 2;
my %labels;
sub scrape { $nginx->get('/status?format=prometheus')->body }
eventually { scrape() =~ /^nginx_session_coherent\{realm="app"\} 1$/m } 10, 'a scrape';
for my $line (grep { !/^#/ } split /\n/, scrape()) {
    my ($metric, $labels) = $line =~ /^(\w+)\{(.*)\} \S+$/ or fail "not understood: $line";
    $labels{$metric}{$_} = 1 for 'instance', 'job', $labels =~ /(\w+)=/g;
}

# Each selector of a query: a metric that is there, with labels that it has.
sub unknown {
    my ($query) = @_;
    my @unknown;
    while ($query =~ /\b(nginx_session_\w+)(?:\{([^}]*)\})?/g) {
        my ($metric, $matchers) = ($1, $2 // '');
        push @unknown, $metric unless $labels{$metric};
        push @unknown, grep { !$labels{$metric}{$_} } $matchers =~ /(\w+)\s*(?:=~|!~|!=|=)/g;
    }
    return "@unknown";
}
is unknown($_), '', "known: $_" for @queries;
my @expressions = read_file("$examples/prometheus-alerts.yml") =~ /expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/g;
@expressions = grep { defined } @expressions;
is scalar(@expressions), scalar(@alerts), 'each alert has its expression';
is unknown($_), '', 'known: ' . s/\s+/ /gr for @expressions;
isnt unknown('rate(nginx_session_nothing_total{realm="x"}[1m]) + nginx_session_coherent{nobody="y"}'), '', 'others would be noticed';

done;
