# The JSON of session_status is what README says: each member is there, of its kind, and no other. So is each metric, and
# the formats of logs work as they stand.
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Kit;

my $readme = read_file("$FindBin::Bin/../README.md");
sub part { my ($title) = @_; $readme =~ /^#+ \Q$title\E\n(.*?)(?=^#)/ms ? $1 : '' }
my %kind;
for my $row (part('The JSON of session_status') =~ /^\| (`.*)$/mg) {
    my ($names, $kind) = split / \| /, $row;
    $kind{$_} = $kind for $names =~ /`([^`]+)`/g;
}
cmp_ok scalar(keys %kind), '>', 40, 'the table is understood';

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my ($logs) = part('Logs') =~ /^```nginx\n(.*?)^```/ms;
my ($rejected) = part('Logs') =~ /^```nginx\n(map.*?)^```/ms;
my $folder = folder();
s{/var/log/nginx/}{$folder/}g for $logs, $rejected;
my $nginx = Nginx->new(
    realms => {
        app => "key v2 file=v2.key; key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
        bare => 'key v1 file=v1.key; revocation off;',
    },
    http => $logs . $rejected,
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /bare { auth_session bare; proxy_pass http://backend; }
        location = /status { session_status; access_log off; }',
);
$nginx->get('/page?token=secret', cookie(mint({sub => 'a"b', version => 'v2', tenant => 't'}, key => 'v2'))) for 1 .. 3;
$nginx->get('/bare', bearer(mint({}, key => 'v1')));
$nginx->get('/');

# Of each leaf: its path as the table writes it, and its kind.
my (%found, @wrong);
sub kind_of {
    my ($value) = @_;
    return 'null' unless defined $value;
    return 'b' if JSON::PP::is_bool($value);
    return JSON::PP->new->allow_nonref->encode($value) =~ /^"/ ? 's' : $value =~ /^\d+$/ ? 'n' : 'x';
}
my %fits = (n => qr/^n$/, 'n?' => qr/^(?:n|null)$/, s => qr/^s$/, b => qr/^b$/, x => qr/^[nx]$/, 'x?' => qr/^(?:[nx]|null)$/,
    null => qr/^null$/);
sub look {
    my ($path, $value) = @_;
    if (ref $value eq 'HASH') {
        for my $name (keys %$value) {
            my $reason = $path =~ /^(?:requests|hour\.rejected|live\.ended)$/;
            look(join('.', grep { length } $path, $reason ? 'REASON' : $name), $value->{$name});
        }
    } elsif (ref $value eq 'ARRAY') {
        look("${path}[]", $_) for @$value;
    } else {
        my $kind = kind_of($value);
        $found{$path} = 1;
        push @wrong, "$path is $kind" unless $kind{$path} && $kind =~ $fits{$kind{$path}};
    }
}
my $answer = $nginx->get('/status')->json;
is join(' ', sort keys %$answer), 'realms time', 'realms and time';
look('', $_) for values %{$answer->{realms}};
is_deeply \@wrong, [], 'each member is described, and of its kind';
my @later = grep {/^sessions\./} keys %kind;
delete @kind{@later};
is_deeply [grep { !$found{$_} } sort keys %kind], [], 'each that is described is there';

# Metrics.
my %metric = map { $_ => 1 } map {/`(\w+)`/g} map { (split / \| /)[0] } part('Prometheus') =~ /^\| (`.*)$/mg;
my %scraped = map { s/_(?:bucket|sum|count)$//r => 1 } $nginx->get('/status?format=prometheus')->body =~ /^nginx_session_(\w+)\{/mg;
is_deeply [grep { !$metric{$_} } sort keys %scraped], [], 'each metric is described';
is_deeply [grep { !$scraped{$_} && !/^sessions?(?:_|$)/ } sort keys %metric], [], 'each that is described is there';

# Logs.
my @lines = map { JSON::PP->new->utf8->decode($_) } split /\n/, read_file("$folder/session.json");
is scalar(@lines), 5, 'a line of JSON for each request';
is $lines[0]{session}{user}, 'a"b', 'with the user';
is "$lines[0]{status} $lines[0]{session}{status} $lines[0]{session}{key}", '200 valid v2', 'and what was judged';
unlike read_file("$folder/session.json"), qr/secret/, 'without the query';
my @rejected = map { JSON::PP->new->utf8->decode($_)->{session}{status} } split /\n/, read_file("$folder/rejected.json");
is "@rejected", 'missing', 'and a log of the rejections';

done;
